package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Options, environment, file, and what is said about wrong ones. */
class SettingsTest {
    @TempDir
    Path directory;

    private static CommandLine parse(Map<String, String> environment, String... args) throws UsageException {
        return CommandLine.parse(args, environment);
    }

    private static String error(Map<String, String> environment, String... args) {
        return assertThrows(UsageException.class, () -> CommandLine.parse(args, environment)).getMessage();
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("kv.conf"), text).toString();
    }

    @Test
    void nothingGiven_runsWithDefaults() throws UsageException {
        CommandLine commandLine = parse(Map.of());
        assertEquals(CommandLine.Action.RUN, commandLine.action());
        ServerConfig config = commandLine.config();
        assertEquals(9099, config.port());
        assertEquals(2, config.bind().size());
        assertTrue(config.bind().stream().allMatch(address -> address.isLoopbackAddress()));
        assertEquals(1 << 20, config.maxValueBytes());
        assertEquals(10_000, config.maxConnections());
        assertEquals(1L << 30, config.maxBufferBytes());
        assertEquals(0, config.idleTimeoutMillis());
        assertEquals("info", config.logLevel());
        assertEquals(1, config.eventLoops());
        assertEquals(Runtime.getRuntime().availableProcessors(), config.workers());
        assertEquals(MachineMemory.bytes() / 100 * 75, config.maxMemoryBytes());
    }

    @Test
    void sameSettingEverywhere_fileThenEnvironmentThenCommandLine() throws Exception {
        String file = file("# a comment\n\n  port = 1\nmax-connections 11\nidle-timeout=5s\n");
        Map<String, String> environment = Map.of("KV_PORT", "2", "KV_MAX_CONNECTIONS", "22");
        ServerConfig config = parse(environment, "--config", file, "--port", "3").config();
        assertEquals(3, config.port());
        assertEquals(22, config.maxConnections());
        assertEquals(5000, config.idleTimeoutMillis());
        assertEquals(2, parse(Map.of("KV_PORT", "2", "KV_CONFIG", file)).config().port());
        assertEquals(1, parse(Map.of("KV_CONFIG", file)).config().port());
    }

    @Test
    void port_asFirstWordOrWithEquals_isTaken() throws UsageException {
        assertEquals(1234, parse(Map.of(), "1234").config().port());
        assertEquals(1235, parse(Map.of(), "--port=1235").config().port());
        assertEquals(1236, parse(Map.of(), "1234", "--port", "1236").config().port());
    }

    @Test
    void actions_areRecognized() throws UsageException {
        assertEquals(CommandLine.Action.HELP, parse(Map.of(), "--help").action());
        assertEquals(CommandLine.Action.HELP, parse(Map.of(), "--port", "1", "-h").action());
        assertEquals(CommandLine.Action.VERSION, parse(Map.of(), "--version").action());
        assertEquals(CommandLine.Action.CHECK_CONFIG, parse(Map.of(), "--check-config", "--port", "7").action());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--port 65536 | --port: '65536' is not allowed, allowed: 0 to 65535",
        "--port -1 | --port: '-1' is not allowed, allowed: 0 to 65535",
        "abc | PORT: 'abc' is not allowed, allowed: 0 to 65535",
        "--port=x | --port: 'x' is not allowed, allowed: 0 to 65535",
        "--port | --port needs a value, allowed: 0 to 65535",
        "--prot 1 | unknown option --prot, see --help",
        "--config | --config needs a value: a file",
        "--config /nowhere/at/all | --config: cannot read '/nowhere/at/all': no such file",
        "--max-memory 1k | --max-memory: '1k' is not allowed, allowed: 16m to 6t, or 1% to 95%",
        "--max-memory 10t | --max-memory: '10t' is not allowed, allowed: 16m to 6t, or 1% to 95%",
        "--max-memory 96% | --max-memory: '96%' is not allowed, allowed: 16m to 6t, or 1% to 95%",
        "--max-memory 9223372036854775807t | --max-memory: '9223372036854775807t' is not allowed, allowed: 16m to 6t, or 1% to 95%",
        "--max-value-size 65m | --max-value-size: '65m' is not allowed, allowed: 1 to 64m",
        "--max-value-size k | --max-value-size: 'k' is not allowed, allowed: 1 to 64m",
        "--idle-timeout 5w | --idle-timeout: '5w' is not allowed, allowed: 0 to 365d, such as 500ms, 2s, 5m, 1h",
        "--idle-timeout 99999999999999999d | --idle-timeout: '99999999999999999d' is not allowed, allowed: 0 to 365d, such as 500ms, 2s, 5m, 1h",
        "--log-level loud | --log-level: 'loud' is not allowed, allowed: error, warn, info, debug, trace",
        "--bind , | --bind: ',' is not allowed, allowed: IP addresses or host names separated by commas",
        "--workers 0 | --workers: '0' is not allowed, allowed: 1 to 256, or auto",
        "--workers 2 --event-loops 3 | --workers: '2' is not allowed, allowed: 3 to 256, at least one an event loop",
    })
    void option_wrong_namedWithValueAndRange(String args, String message) {
        assertEquals(message, error(Map.of(), args.split(" ")));
    }

    @Test
    void environment_wrong_namedWithValueAndRange() {
        assertEquals("KV_PORT: 'x' is not allowed, allowed: 0 to 65535", error(Map.of("KV_PORT", "x")));
        assertEquals("KV_CONFIG: cannot read '/nowhere/at/all': no such file", error(Map.of("KV_CONFIG", "/nowhere/at/all")));
    }

    @Test
    void file_wrong_namedWithLineValueAndRange() throws IOException {
        String file = file("# one\nport 1\nport x\n");
        assertEquals(file + ":3: port: 'x' is not allowed, allowed: 0 to 65535", error(Map.of(), "--config", file));
        file("\nprot 1\n");
        assertEquals(file + ":2: unknown setting 'prot', see --help", error(Map.of(), "--config", file));
        file("port\n");
        assertEquals(file + ":1: port needs a value, allowed: 0 to 65535", error(Map.of(), "--config", file));
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "2s,2000", "2,2000", "5m,300000", "1h,3600000", "365d,31536000000", "0,0"})
    void times_withUnits_inMilliseconds(String text, long millis) {
        assertEquals(millis, ServerConfig.defaults().with("idle-timeout", text).idleTimeoutMillis());
    }

    @ParameterizedTest
    @CsvSource({"16777216,16777216", "16384k,16777216", "64M,67108864", "2g,2147483648", "6t,6597069766656"})
    void sizes_withUnits_inBytes(String text, long bytes) {
        assertEquals(bytes, ServerConfig.defaults().with("max-memory", text).maxMemoryBytes());
    }

    @Test
    void with_changesOneAndLeavesTheOriginal() {
        ServerConfig original = ServerConfig.defaults();
        ServerConfig changed = original.with("port", "1").with("event-loops", "3");
        assertEquals(1, changed.port());
        assertTrue(changed.workers() >= 3);
        assertEquals(9099, original.port());
        assertEquals("port 'x' is not allowed, allowed: 0 to 65535",
                assertThrows(IllegalArgumentException.class, () -> original.with("port", "x")).getMessage());
        assertEquals("unknown setting 'prot'",
                assertThrows(IllegalArgumentException.class, () -> original.with("prot", "1")).getMessage());
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void setting_everyOne_hasVariableAndIsItsDefaultWhenSaidSo(Setting setting) throws UsageException {
        String text = setting.defaultText;
        parse(Map.of(setting.variableName(), text));
        parse(Map.of(), "--" + setting.optionName(), text);
        assertEquals(setting, Setting.named(setting.optionName()));
    }
}
