package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table in docs/CONFIGURATION.md says of each setting what {@link Setting} says. */
final class ConfigurationPageTest {

    private static String row(Setting setting) {
        return "| `" + setting.optionName() + "` | " + setting.kind.placeholder.replace("|", "\\|") + " | `" + setting.defaultText
                + "` | " + setting.range() + " | " + setting.meaning + " |";
    }

    @Test
    void table_eachSetting_hasItsRow() throws IOException {
        List<String> rows = SettingPages.text("docs/CONFIGURATION.md").lines().filter(line -> line.startsWith("| `")).toList();
        assertEquals(String.join("\n", Arrays.stream(Setting.values()).map(ConfigurationPageTest::row).toList()),
                String.join("\n", rows));
    }

    @Test
    void listOfWhatIsLive_eachSettingThatIs_standsThere() throws IOException {
        String page = SettingPages.text("docs/CONFIGURATION.md");
        String list = page.substring(page.indexOf("What changes so:"), page.indexOf("All others are \"immutable\""));
        List<String> names = Pattern.compile("`([a-z-]+)`").matcher(list).results().map(match -> match.group(1)).toList();
        assertEquals(Arrays.stream(Setting.values()).filter(Setting::isLive).map(Setting::optionName).toList(), names);
    }
}
