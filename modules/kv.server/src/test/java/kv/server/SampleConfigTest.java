package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The settings file that packages install is true: all settings, each at its default, with what is allowed. */
final class SampleConfigTest {
    private static final String SAMPLE = "packaging/kv-server.conf";

    /** Name and value of each line that sets something, in the file's order. */
    private static Map<String, String> assignments() throws IOException {
        Map<String, String> assignments = new LinkedHashMap<>();
        SettingPages.text(SAMPLE).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            String[] parts = line.split(" ", 2);
            assertEquals(null, assignments.put(parts[0], parts[1]), "twice: " + parts[0]);
        });
        return assignments;
    }

    @Test
    void sample_loaded_givesTheDefaults() throws UsageException {
        String[] args = {"--config", SettingPages.path(SAMPLE).toString()};
        ServerConfig loaded = CommandLine.parse(args, Map.of()).config();
        ServerConfig defaults = ServerConfig.defaults();
        assertEquals(defaults.port(), loaded.port());
        assertEquals(defaults.bind(), loaded.bind());
        assertEquals(defaults.maxMemoryBytes(), loaded.maxMemoryBytes());
        assertEquals(defaults.workers(), loaded.workers());
    }

    @Test
    void sample_eachSetting_standsInOrderWithItsDefault() throws IOException {
        Map<String, String> expected = new LinkedHashMap<>();
        for (Setting setting : Setting.values()) {
            expected.put(setting.optionName(), setting.defaultText);
        }
        assertEquals(List.copyOf(expected.entrySet()), List.copyOf(assignments().entrySet()));
    }

    @Test
    void sample_eachSetting_tellsWhatIsAllowed() throws IOException {
        List<String> lines = SettingPages.text(SAMPLE).lines().toList();
        for (Setting setting : Setting.values()) {
            int line = lines.indexOf(setting.optionName() + " " + setting.defaultText);
            assertEquals("# Allowed: " + setting.range(), lines.get(line - 1), setting.optionName());
            assertTrue(lines.get(line - 2).startsWith("# "), setting.optionName() + " has no explanation");
        }
    }

    @Test
    void manPageOfSample_eachSetting_hasDefaultAndRange() throws IOException {
        String page = SettingPages.text("packaging/man/kv-server.conf.5").replace("\\-", "-");
        List<String> entries = Arrays.asList(page.split("\n\\.TP\n"));
        assertEquals(Setting.values().length, entries.size() - 1);
        for (Setting setting : Setting.values()) {
            String entry = entries.get(1 + setting.ordinal());
            assertTrue(entry.startsWith(".BI " + setting.optionName() + " \" " + setting.kind.placeholder + "\"\n"), entry);
            assertTrue(entry.contains("\nAllowed: " + setting.range() + ".\n.br\nDefault: " + setting.defaultText + "."), entry);
        }
    }

    @Test
    void manPageAndCompletion_eachSetting_isAnOption() throws IOException {
        String page = SettingPages.text("packaging/man/kv-server.1").replace("\\-", "-");
        String completion = SettingPages.text("packaging/completion/kv-server");
        for (Setting setting : Setting.values()) {
            String option = "--" + setting.optionName();
            assertTrue(page.contains(".BI " + option + " \" " + setting.kind.placeholder + "\"\n"), option);
            assertTrue(completion.matches("(?s).*" + option + "[\\s'].*"), option);
        }
    }
}
