package kv.lua;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Debian's {@code lua5.1}, if it is there. */
final class ReferenceLua {
    /** The last line of what a program printed that lua5.1 did not survive: a few odd calls are a segmentation fault to it. */
    static final String CRASHED = "lua5.1 has crashed";

    /** Lest what was printed before a crash be lost with it. */
    private static final String LINE_BY_LINE = "io.stdout:setvbuf('line') ";

    private ReferenceLua() {
    }

    static boolean isThere() {
        try {
            Process process = new ProcessBuilder("lua5.1", "-v").redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** @return what the program prints, its error included, and perhaps {@link #CRASHED} */
    static String run(String program) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("kv-lua");
        Path file = folder.resolve("test");
        Path out = folder.resolve("out");
        try {
            Files.write(file, (LINE_BY_LINE + program).getBytes(StandardCharsets.ISO_8859_1));
            Process process = new ProcessBuilder("lua5.1", "test").directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(out.toFile()).start();
            if (!process.waitFor(600, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("lua5.1 does not end");
            }
            String printed = Files.readString(out, StandardCharsets.ISO_8859_1);
            boolean crashed = process.exitValue() > 128;
            return crashed ? printed.substring(0, printed.lastIndexOf('\n') + 1) + CRASHED : printed;
        } finally {
            Files.delete(file);
            Files.deleteIfExists(out);
            Files.delete(folder);
        }
    }
}
