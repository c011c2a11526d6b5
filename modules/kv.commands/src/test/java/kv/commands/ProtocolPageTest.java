package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kv.protocol.CommandSpec;
import org.junit.jupiter.api.Test;

/** docs/PROTOCOL.md lists the commands that there are. */
class ProtocolPageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "PROTOCOL.md");
    private static final Pattern ROW = Pattern.compile("\\| `([A-Z_]+)` \\| (-?\\d+) \\|.*");

    @Test
    void commandTable_ofThePage_isOurs() throws IOException {
        Map<String, Integer> written = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                written.put(row.group(1).toLowerCase(Locale.ROOT), Integer.valueOf(row.group(2)));
            }
        }
        Map<String, Integer> ours = new TreeMap<>();
        for (CommandSpec spec : new Commands().resp.commands()) {
            ours.put(spec.name(), spec.arity());
        }
        assertEquals(ours, written);
    }

    @Test
    void textCommands_allOnThePage() throws IOException {
        String page = Files.readString(PAGE);
        for (CommandSpec spec : new Commands().text.commands()) {
            assertTrue(page.contains("| `" + spec.name().toUpperCase(Locale.ROOT)), spec.name());
        }
    }
}
