package kv.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What a program outside has on its module path: our modules and the logging library, of what these tests run with. */
final class LibraryPath {
    private static final Pattern LIBRARY = Pattern.compile("/kv\\.(?!examples/)|slf4j-(api|simple)");

    private LibraryPath() {
    }

    static List<Path> entries() {
        return Arrays.stream(System.getProperty("java.class.path").split(System.getProperty("path.separator"))).map(Path::of)
                .filter(entry -> LIBRARY.matcher(entry.toString()).find() && Files.exists(entry)).toList();
    }

    static String text() {
        return String.join(System.getProperty("path.separator"), entries().stream().map(Path::toString).toList());
    }
}
