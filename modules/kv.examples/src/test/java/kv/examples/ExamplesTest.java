package kv.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each folder in src/programs is a module of its own: compiled against the module path and run in a JVM of its own, as a program
 * outside of this project would be; and docs/EMBEDDING.md shows it word for word.
 */
final class ExamplesTest {
    private static final long RUN_SECONDS_MAX = 600;

    @TempDir
    private Path folder;

    /** What the program prints. */
    private String run(String module, String mainClass) throws IOException, InterruptedException {
        String modulePath = LibraryPath.text();
        Path classes = Programs.compile(module, folder);
        Path out = folder.resolve("out");
        Process program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-p", classes + System.getProperty("path.separator") + modulePath, "-m", module + "/" + mainClass)
                .redirectErrorStream(true).redirectOutput(out.toFile()).start();
        try {
            assertTrue(program.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS), "it did not end");
        } finally {
            program.destroyForcibly();
        }
        String printed = Files.readString(out);
        assertEquals(0, program.exitValue(), printed);
        return printed;
    }

    @Test
    void table_run_printsWhatThePageSays() throws Exception {
        String printed = run("example.table", "example.table.Sessions");
        assertEquals(pageBlockAfter("`example.table` prints"), printed.strip());
    }

    @Test
    void cache_run_printsWhatThePageSays() throws Exception {
        String printed = run("example.cache", "example.cache.LookAside");
        assertEquals(pageBlockAfter("`example.cache` prints"), printed.strip());
    }

    @Test
    void embedded_run_printsWhatThePageSays() throws Exception {
        // The library logs to nothing here: slf4j's own line about that is the only other output.
        String printed = run("example.embedded", "example.embedded.OwnServer");
        List<String> lines = printed.lines().filter(line -> !line.startsWith("SLF4J")).toList();
        assertEquals(pageBlockAfter("`example.embedded` prints"), String.join("\n", lines));
    }

    @Test
    void page_eachProgram_isShownWordForWord() throws IOException {
        String page = page();
        for (String module : new String[] {"example.table", "example.cache", "example.embedded"}) {
            for (Path source : Programs.sources(module)) {
                String block = "```java\n" + Files.readString(source, StandardCharsets.UTF_8) + "```\n";
                assertTrue(page.contains(block), source + " is not in docs/EMBEDDING.md as it is");
            }
        }
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("../../docs/EMBEDDING.md"));
    }

    private static String pageBlockAfter(String words) throws IOException {
        String page = page();
        int start = page.indexOf("```\n", page.indexOf(words)) + 4;
        return page.substring(start, page.indexOf("\n```", start));
    }
}
