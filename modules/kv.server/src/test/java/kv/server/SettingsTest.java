package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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
        assertEquals(MemoryPlan.of(MachineMemory.bytes(), MachineMemory.source(), Runtime.getRuntime().maxMemory(), 0, 0, -1),
                config.memoryPlan());
        assertEquals(0, config.idleTimeoutMillis());
        assertEquals("info", config.logLevel());
        assertEquals(1, config.eventLoops());
        assertEquals(Runtime.getRuntime().availableProcessors(), config.workers());
        assertEquals(config.memoryPlan().data(), config.maxMemoryBytes());
        assertEquals(config.memoryPlan().buffers(), config.maxBufferBytes());
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
        "--port 65536 | --port: '65536' is not allowed, allowed: 0 to 65535, or off",
        "--port -1 | --port: '-1' is not allowed, allowed: 0 to 65535, or off",
        "abc | PORT: 'abc' is not allowed, allowed: 0 to 65535, or off",
        "--port=x | --port: 'x' is not allowed, allowed: 0 to 65535, or off",
        "--port | --port needs a value, allowed: 0 to 65535, or off",
        "--prot 1 | unknown option --prot, is --port meant? See --help",
        "--memory 1g | unknown option --memory, is --max-memory meant? See --help",
        "--max-conections 1 | unknown option --max-conections, is --max-connections meant? See --help",
        "--maxmemory 1g | unknown option --maxmemory, is --max-memory meant? See --help",
        "--nothing 1 | unknown option --nothing, see --help",
        "-p 1 | unknown option -p, see --help",
        "1 2 | unexpected argument '2': one PORT only, see --help",
        "1 --port 2 3 | unexpected argument '3': one PORT only, see --help",
        "--port= | --port: '' is not allowed, allowed: 0 to 65535, or off",
        "--port \u0661 | --port: '\u0661' is not allowed, allowed: 0 to 65535, or off",
        "--max-value-size 1\u212a | --max-value-size: '1\u212a' is not allowed, allowed: 1 to 64m",
        "--config | --config needs a value: a file",
        "--config /nowhere/at/all | --config: cannot read '/nowhere/at/all': no such file",
        "--max-memory 1k | --max-memory: '1k' is not allowed, allowed: 16m to 6t, 1% to 95%, or auto",
        "--max-memory 10t | --max-memory: '10t' is not allowed, allowed: 16m to 6t, 1% to 95%, or auto",
        "--max-memory 96% | --max-memory: '96%' is not allowed, allowed: 16m to 6t, 1% to 95%, or auto",
        "--max-memory 9223372036854775807t | --max-memory: '9223372036854775807t' is not allowed, allowed: 16m to 6t, 1% to "
                + "95%, or auto",
        "--max-value-size 65m | --max-value-size: '65m' is not allowed, allowed: 1 to 64m",
        "--max-value-size k | --max-value-size: 'k' is not allowed, allowed: 1 to 64m",
        "--idle-timeout 5w | --idle-timeout: '5w' is not allowed, allowed: 0 to 365d, such as 500ms, 2s, 5m, 1h",
        "--idle-timeout 99999999999999999d | --idle-timeout: '99999999999999999d' is not allowed, allowed: 0 to 365d, such as "
                + "500ms, 2s, 5m, 1h",
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
        assertEquals("KV_PORT: 'x' is not allowed, allowed: 0 to 65535, or off", error(Map.of("KV_PORT", "x")));
        assertEquals("KV_CONFIG: cannot read '/nowhere/at/all': no such file", error(Map.of("KV_CONFIG", "/nowhere/at/all")));
    }

    @Test
    void file_wrong_namedWithLineValueAndRange() throws IOException {
        String file = file("# one\nport 1\nport x\n");
        assertEquals(file + ":3: port: 'x' is not allowed, allowed: 0 to 65535, or off", error(Map.of(), "--config", file));
        file("\nprot 1\n");
        assertEquals(file + ":2: unknown setting 'prot', is port meant? See --help", error(Map.of(), "--config", file));
        file("port\n");
        assertEquals(file + ":1: port needs a value, allowed: 0 to 65535, or off", error(Map.of(), "--config", file));
    }

    @Test
    void environment_emptyOrAddressOfAService_isIgnoredWithALine() throws UsageException {
        CommandLine commandLine = parse(Map.of("KV_PORT", "tcp://10.96.0.12:9099", "KV_BIND", "", "KV_CONFIG", " ",
                "KV_MAX_MEMORY", "64m", "KV_WORKERS", "udp://[fd00::1]:53", "KV_PORT_9099_TCP", "tcp://10.96.0.12:9099",
                "KV_SERVICE_HOST", "10.96.0.12"));
        assertEquals(9099, commandLine.config().port());
        assertEquals(64 << 20, commandLine.config().maxMemoryBytes());
        assertEquals(List.of("KV_CONFIG is empty: ignored",
                "KV_PORT=tcp://10.96.0.12:9099 is the address of a service, as Kubernetes sets it, and no setting: ignored",
                "KV_BIND is empty: ignored",
                "KV_WORKERS=udp://[fd00::1]:53 is the address of a service, as Kubernetes sets it, and no setting: ignored"),
                commandLine.notices());
        assertEquals("KV_PORT: 'tcp://' is not allowed, allowed: 0 to 65535, or off", error(Map.of("KV_PORT", "tcp://")));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void file_notPlainText_namedWithLineAndReason(byte[] bytes, String reason) throws IOException {
        Path file = Files.write(directory.resolve("kv.conf"), bytes);
        assertEquals(file + reason, error(Map.of(), "--config", file.toString()));
    }

    static Stream<Arguments> unreadable() {
        String mark = ":1: begins with a byte order mark; the file must be UTF-8 without one";
        return Stream.of(
                Arguments.of("\uFEFFport 1\n".getBytes(StandardCharsets.UTF_8), mark),
                Arguments.of("\uFEFFport 1\n".getBytes(StandardCharsets.UTF_16LE), mark),
                Arguments.of("\uFEFFport 1\n".getBytes(StandardCharsets.UTF_16BE), mark),
                Arguments.of("port 1\n# gr\u00FCn\n".getBytes(StandardCharsets.ISO_8859_1),
                        ":2: byte 5 (0xFC) is not UTF-8, as the whole file must be"),
                Arguments.of("# one\n# gr\u00FC".getBytes(StandardCharsets.ISO_8859_1),
                        ":2: byte 5 (0xFC) is not UTF-8, as the whole file must be"),
                Arguments.of("port 1\n\nbind\0 x\n".getBytes(StandardCharsets.UTF_8), ":3: column 5: control character 0x00"));
    }

    @Test
    void file_crlfAndUtf8InComments_isRead() throws Exception {
        assertEquals(7, parse(Map.of(), "--config", file("# gr\u00FCn\r\nport 7\r\n")).config().port());
    }

    @Test
    void file_directoryOrEndless_isRefused() {
        assertEquals("--config: cannot read '" + directory + "': it is a directory",
                error(Map.of(), "--config", directory.toString()));
        assertEquals("--config: cannot read '': it is a directory", error(Map.of(), "--config", ""));
        if (Files.exists(Path.of("/dev/zero"))) {
            assertEquals("--config: cannot read '/dev/zero': longer than 1048576 bytes",
                    error(Map.of(), "--config", "/dev/zero"));
        }
    }

    @ParameterizedTest
    @CsvSource({"10000,1024,992", "900,1024,900", "10000,1048576,10000", "10000,20,1", "10000,9223372036854775807,10000"})
    void connections_aboveTheDescriptors_areThoseLessOurOwn(int wanted, long descriptors, int connections) {
        assertEquals(connections, DescriptorLimit.connections(wanted, descriptors));
    }

    @Test
    void descriptors_ofTheKernelsTable_areTheSoftLimit() {
        String other = "Max processes             unlimited            unlimited            processes";
        assertEquals(1024, DescriptorLimit.descriptors(List.of(other,
                "Max open files            1024                 4096      files")));
        assertEquals(Long.MAX_VALUE,
                DescriptorLimit.descriptors(List.of("Max open files            unlimited   unlimited    files")));
        assertEquals(Long.MAX_VALUE, DescriptorLimit.descriptors(List.of()));
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
        assertEquals("port 'x' is not allowed, allowed: 0 to 65535, or off",
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
