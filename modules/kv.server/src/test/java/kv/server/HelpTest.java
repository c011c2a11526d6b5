package kv.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HelpTest {
    @ParameterizedTest
    @EnumSource(Setting.class)
    void help_everySetting_withMeaningDefaultAndRange(Setting setting) {
        String help = CommandLine.help();
        int option = help.indexOf("  --" + setting.optionName() + " " + setting.kind.placeholder);
        assertTrue(option > 0, "option");
        String entry = help.substring(option, help.indexOf("\n  --", option + 1));
        assertTrue(entry.contains(setting.meaning), entry);
        assertTrue(entry.contains("default " + setting.defaultText + "; allowed: " + setting.range()), entry);
    }

    @Test
    void help_actions_areListed() {
        for (String action : new String[] {"--config FILE", "--check-config", "--version", "--help", "usage: kv-server [PORT]"}) {
            assertTrue(CommandLine.help().contains(action), action);
        }
    }
}
