package kv.tests;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a server is started in a process of its own: the program of the run-time image that {@code -Dkv.tests.image=FOLDER} names,
 * or these modules on the class path with the launcher's JVM options. Immutable but for {@link #with}, which adds.
 */
final class KvLaunch {
    private static final String IMAGE = System.getProperty("kv.tests.image", "");
    private static final Path JVM_OPTIONS = Path.of("..", "..", "jlink", "jvm.options").toAbsolutePath().normalize();

    private final List<String> options = new ArrayList<>(List.of("--port", "0", "--bind", TestServer.HOST));
    private final Map<String, String> environment = new HashMap<>();
    private String shell = "";
    private String wrapper = "";
    private Path folder;
    private boolean isLogRead = true;

    /** What every attack may use: little memory, so that its bounds are soon met. */
    static KvLaunch small(String... options) {
        return new KvLaunch().with("--max-memory", "64m", "--workers", "2", "--cpu-affinity", "off").with(options);
    }

    /** Nothing but the defaults of whoever starts it; not even a port. */
    static KvLaunch bare(String... options) {
        KvLaunch launch = new KvLaunch();
        launch.options.clear();
        return launch.with(options);
    }

    KvLaunch with(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    KvLaunch environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** A shell's command before the server takes the shell's place, such as {@code ulimit -n 100}. */
    KvLaunch under(String command) {
        shell = command + "; ";
        return this;
    }

    /** A program that takes the server's command line as its own arguments, such as {@code setpriv --reuid=1}. */
    KvLaunch as(String command) {
        wrapper = command + " ";
        return this;
    }

    KvLaunch in(Path workingFolder) {
        folder = workingFolder;
        return this;
    }

    /** Its log goes into a pipe that nobody reads, until {@link KvProcess#readLog}. */
    KvLaunch withoutReader() {
        isLogRead = false;
        return this;
    }

    /** Until it is ready. */
    KvProcess start() throws IOException, InterruptedException {
        return begin().awaitReady();
    }

    /** Does not wait for anything. */
    KvProcess begin() throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", shell + "exec " + wrapper + "\"$@\"", "sh"));
        command.addAll(program());
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("KV_") || name.endsWith("JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        if (folder != null) {
            builder.directory(folder.toFile());
        }
        return new KvProcess(builder.start(), isLogRead);
    }

    static boolean isImage() {
        return !IMAGE.isEmpty();
    }

    private static List<String> program() {
        if (isImage()) {
            return List.of(IMAGE + "/bin/kv-server");
        }
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + JVM_OPTIONS,
                "-XX:+IgnoreUnrecognizedVMOptions", "-cp", classPath(), "kv.server.Main");
    }

    /** All but the tests themselves, whose settings of the logger are not the server's. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes")).collect(Collectors.joining(File.pathSeparator));
    }
}
