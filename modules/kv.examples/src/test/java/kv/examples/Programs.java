package kv.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** The folders in src/programs, each a module of its own. */
final class Programs {
    private static final Path FOLDER = Path.of("src/programs");

    private Programs() { }

    static List<Path> sources(String module) throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER.resolve(module))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    /** Compiles a module against the module path, as an outsider would; returns where its classes are. */
    static Path compile(String module, Path into) throws IOException {
        Path classes = Files.createDirectory(into.resolve(module));
        // Without -cp, javac would take the class path of this test.
        List<String> options = new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-Werror", "-cp", classes.toString(),
                "-p", LibraryPath.text(), "-d", classes.toString()));
        for (Path source : sources(module)) {
            options.add(source.toString());
        }
        StringWriter said = new StringWriter();
        PrintWriter log = new PrintWriter(said);
        int status = ToolProvider.findFirst("javac").orElseThrow().run(log, log, options.toArray(String[]::new));
        assertEquals(0, status, said.toString());
        return classes;
    }
}
