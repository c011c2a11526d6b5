package kv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OptionsTest {

    @Test
    void parse_optionsAndCommand_commandStartsAtTheFirstOtherWord() throws UsageException {
        Options options = Options.parse("-h", "::1", "-p", "7", "--text", "-r", "3", "-i", "0.25", "SET", "-p", "--raw");
        assertEquals(new Options(Options.Task.COMMANDS, "::1", 7, true, Options.Format.AUTO, false, 3, 250, null,
                List.of("SET", "-p", "--raw")), options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nope", "-p", "-p 0", "-p 65536", "-p x", "-r 0", "-i -1", "-i NaN", "--pattern *", "-x",
        "--stat GET", "--scan --text", "--latency --bigkeys x"})
    void parse_wrongUsage_isRefused(String line) {
        assertThrows(UsageException.class, () -> Options.parse(line.split(" ")));
    }

    @Test
    void helpManPageAndCompletion_eachOption_isInAll() throws IOException {
        Path packaging = Path.of("../../packaging").toAbsolutePath().normalize();
        String page = Files.readString(packaging.resolve("man/kv-cli.1")).replace("\\-", "-");
        String completion = Files.readString(packaging.resolve("completion/kv-cli"));
        List<String> options = Pattern.compile("(?m)^  (-{1,2}[a-z]+)|, (--[a-z-]+)").matcher(Options.HELP).results()
                .map(OptionsTest::found).toList();
        assertEquals(16, options.size());
        for (String option : options) {
            assertTrue(page.contains(option), option);
            assertTrue(completion.matches("(?s).*[ ']" + option + "[\\s'].*"), option);
        }
    }

    private static String found(MatchResult result) {
        return result.group(1) != null ? result.group(1) : result.group(2);
    }
}
