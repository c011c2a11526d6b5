package kv.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of artifacts that go together names each module that programs may need. */
final class BomTest {
    /** No library: the client, and what only tests or measures. */
    private static final List<String> NOT_FOR_PROGRAMS = List.of("kv.cli");

    @Test
    void bom_modules_areThoseWithAModuleInfo() throws IOException {
        List<String> expected;
        try (Stream<Path> folders = Files.list(Path.of(".."))) {
            expected = folders.filter(folder -> Files.exists(folder.resolve("src/main/java/module-info.java")))
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> !NOT_FOR_PROGRAMS.contains(name)).sorted().toList();
        }
        String bom = Files.readString(Path.of("../kv.bom/pom.xml"));
        List<String> named = Pattern.compile("<dependency><groupId>kv</groupId><artifactId>([^<]+)<").matcher(bom).results()
                .map((MatchResult match) -> match.group(1)).sorted().toList();
        assertEquals(expected, named);
    }
}
