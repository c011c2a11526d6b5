package kv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OptionsTest {

    private static Options parse(String... args) throws UsageException {
        return CommandLine.parse(Map.of(), args);
    }

    @Test
    void parse_optionsAndCommand_commandStartsAtTheFirstOtherWord() throws UsageException {
        Options options = parse("-h", "::1", "-p", "7", "--text", "-r", "3", "-i", "0.25", "SET", "-p", "--raw");
        assertEquals(new Options(Options.Task.COMMANDS, Target.standard().withAddress("::1", 7), true, Options.Format.AUTO,
                false, 3,
                250, null, false, false, 30, List.of("SET", "-p", "--raw")), options);
    }

    @Test
    void parse_doubleDash_endsTheOptions() throws UsageException {
        assertEquals(List.of("-h", "x"), parse("-r", "2", "--", "-h", "x").words());
        assertEquals(List.of(), parse("--").words());
    }

    @Test
    void parse_login_theMostPlainOneCounts() throws UsageException {
        Map<String, String> environment = Map.of("KV_CLI_AUTH", "from-environment");
        assertEquals("from-environment", CommandLine.parse(environment, "PING").target().password());
        assertFalse(CommandLine.parse(environment, "PING").warn());
        assertEquals("a", CommandLine.parse(environment, "-a", "a", "PING").target().password());
        assertEquals("uri", CommandLine.parse(environment, "-u", "kv://uri@h", "PING").target().password());
        assertEquals("a", CommandLine.parse(environment, "-u", "kv://u:uri@h", "--pass", "a", "PING").target().password());
        assertEquals("u", CommandLine.parse(environment, "-u", "kv://u:uri@h", "--pass", "a", "PING").target().user());
        assertTrue(parse("-a", "a").warn());
        assertFalse(parse("-a", "a", "--no-auth-warning").warn());
        assertNull(CommandLine.parse(Map.of("KV_CLI_AUTH", ""), "PING").target().password());
    }

    @Test
    void parse_json_isResp3UnlessToldOtherwise() throws UsageException {
        assertTrue(parse("--json").target().resp3());
        assertFalse(parse("--json", "-2").target().resp3());
        assertTrue(parse("-3").target().resp3());
        assertFalse(parse("--csv").target().resp3());
    }

    @Test
    void parse_repeats_minusOneHasNoEnd() throws UsageException {
        Options options = parse("-r", "-1", "PING");
        assertTrue(new Pace(options.repeats(), 0).hasNext(1L << 40, 1));
    }

    /** A URI, and host, port, user, password and database after it; ~ stands for none. */
    @ParameterizedTest
    @ValueSource(strings = {
        "kv://h|h 9099 ~ ~ 0",
        "redis://h:1|h 1 ~ ~ 0",
        "kv://h/3|h 9099 ~ ~ 3",
        "kv://|127.0.0.1 9099 ~ ~ 0",
        "kv://:7|127.0.0.1 7 ~ ~ 0",
        "kv://secret@h|h 9099 ~ secret 0",
        "kv://:secret@h|h 9099 ~ secret 0",
        "kv://me:se%40c%2fret@h:1/0|h 1 me se@c/ret 0",
        "kv://me:p@ss@h|h 9099 me p@ss 0",
        "kv://me:a/b@h/2|h 9099 me a/b 2",
        "tcp://[::1]:8/9|::1 8 ~ ~ 9",
        "kv://[fe80::1]|fe80::1 9099 ~ ~ 0",
    })
    void uri_valid_isTaken(String row) throws UsageException {
        String[] cells = row.split("\\|");
        Target target = Target.standard().withUri(cells[0]);
        assertEquals(cells[1], String.join(" ", target.host(), Integer.toString(target.port()), target.user() == null ? "~"
                : target.user(),
                target.password() == null ? "~" : target.password(), Integer.toString(target.database())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h", "http://h", "redisss://h", "kv://h:x", "kv://h:0", "kv://h:65536", "kv://h/x", "kv://h/-1",
            "kv://[::1",
        "kv://[::1]x", "kv://%4@h", "kv://u:%zz@h"})
    void uri_invalid_isRefused(String uri) {
        assertThrows(UsageException.class, () -> Target.standard().withUri(uri));
    }

    @Test
    void target_printed_hasNoPassword() throws UsageException {
        assertFalse(Target.standard().withUri("kv://me:hidden@h").toString().contains("hidden"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nope", "-p", "-p 0", "-p 65536", "-p x", "-r 0", "-r -2", "-i -1", "-i NaN", "--pattern *", "-x",
        "--stat GET", "--scan --text", "--latency --bigkeys x", "-n -1", "-n x", "--text -n 1", "--text --json", "--text -3",
                "--user me",
        "--pipe GET", "--pipe --text", "--pipe-timeout -1", "-t x", "-u", "-a", "--tls --cert c", "--cacert c", "--tls -s path"})
    void parse_wrongUsage_isRefused(String line) {
        assertThrows(UsageException.class, () -> parse(line.split(" ")));
    }

    @Test
    void helpManPageAndCompletion_eachOption_isInAll() throws IOException {
        Path packaging = Path.of("../../packaging").toAbsolutePath().normalize();
        String page = Files.readString(packaging.resolve("man/kv-cli.1")).replace("\\-", "-");
        String completion = Files.readString(packaging.resolve("completion/kv-cli"));
        List<String> options = Pattern.compile("(?m)^  (-{1,2}[a-z0-9-]+)|, (-{1,2}[a-z0-9-]+)").matcher(Options.HELP).results()
                .map(OptionsTest::found).toList();
        assertEquals(39, options.size(), options.toString());
        for (String option : options) {
            assertTrue(page.contains(option), option);
            assertTrue(completion.matches("(?s).*[ ']" + option + "[\\s'].*"), option);
        }
    }

    private static String found(MatchResult result) {
        return result.group(1) != null ? result.group(1) : result.group(2);
    }
}
