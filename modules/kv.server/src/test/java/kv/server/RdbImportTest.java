package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import kv.rdb.RdbFile;
import kv.rdb.RdbRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moving in with files that a redis-server has made, where there is one. */
class RdbImportTest extends LiveServer {
    private static final String REDIS = "redis-server";

    @TempDir
    Path folder;

    private final List<String> keys = new ArrayList<>();

    private Path dump() {
        return folder.resolve("dump.rdb");
    }

    private Process startRedis(int redisPort, String... options) throws IOException {
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator)).anyMatch(path -> Files.isExecutable(Path.of(path,
                REDIS))), REDIS + " is not installed");
        List<String> command = new ArrayList<>(List.of(REDIS, "--port", "" + redisPort, "--bind", "127.0.0.1", "--save", "",
                "--dir", folder.toString()));
        command.addAll(List.of(options));
        Process redis = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        endFirst(redis::destroyForcibly);
        return redis;
    }

    private Client redis(String... options) throws IOException {
        for (int tries = 0; tries < 5; tries++) {
            int redisPort;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                redisPort = free.getLocalPort();
            }
            Process redis = startRedis(redisPort, options);
            while (redis.isAlive()) {
                try {
                    Client client = new Client(redisPort);
                    endFirst(client);
                    client.ask("PING");
                    return client;
                } catch (IOException notYet) {
                    Thread.onSpinWait();
                }
            }
        }
        throw new IOException(REDIS + " does not start");
    }

    private void fill(Client redis) throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            StringBuilder value = new StringBuilder();
            int length = random.nextInt(random.nextInt(20) == 0 ? 100_000 : 200);
            int letters = 1 + random.nextInt(256);
            while (value.length() < length) {
                value.append((char) random.nextInt(letters));
            }
            set(redis, "random" + i, value.toString());
        }
        for (String number : new String[] {"0", "127", "128", "-128", "-129", "32767", "32768", "-32768", "2147483647",
                "2147483648", "-2147483649", "9223372036854775807", "007", "+1", ""}) {
            set(redis, "number" + number, number);
        }
        set(redis, "12345", "a number as key");
        set(redis, "k".repeat(1000), "a long key");
        for (int i = 0; i < 50; i++) {
            set(redis, "expiring" + i, "v" + i);
            redis.ask("PEXPIREAT", "expiring" + i, "" + (4_000_000_000_000L + i));
        }
        redis.ask("SET", "expired", "v", "PX", "1");
        while (redis.ask("EXISTS", "expired").equals(":1\r\n")) {
            Thread.onSpinWait();
        }
    }

    private void set(Client redis, String key, String value) throws IOException {
        assertEquals("+OK\r\n", redis.ask("SET", key, value));
        keys.add(key);
    }

    private static void fillOtherTypes(Client redis) throws IOException {
        redis.ask("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
        for (int size : new int[] {3, 600}) {
            for (int i = 0; i < size; i++) {
                redis.ask("RPUSH", "list" + size, "element" + i + "x".repeat(i % 100));
                redis.ask("SADD", "set" + size, "element" + i);
                redis.ask("SADD", "numbers" + size, "" + i);
                redis.ask("ZADD", "sorted" + size, "" + i / 7.0, "element" + i);
                redis.ask("HSET", "hash" + size, "field" + i, "value" + "y".repeat(i % 100));
                redis.ask("XADD", "stream" + size, "*", "field", "value" + i);
            }
            redis.ask("XGROUP", "CREATE", "stream" + size, "group", "0");
            redis.ask("XREADGROUP", "GROUP", "group", "me", "COUNT", "2", "STREAMS", "stream" + size, ">");
        }
        redis.ask("SELECT", "3");
        redis.ask("SET", "third", "3");
        redis.ask("SELECT", "0");
    }

    private KvServer importing(String data, int database) throws IOException {
        ServerConfig config = data == null ? config() : config().with("data-dir", folder.resolve(data).toString());
        LiveSettings settings = new LiveSettings(config, SettingsSources.NONE);
        settings.onChange(Setting.LOG_LEVEL, now -> { });
        return keep(KvServer.startProgram(settings, death -> { }, new LogTail(), new RdbImport(dump(), database), null));
    }

    private static void assertThird(Client client) throws IOException {
        assertEquals("+OK\r\n", client.ask("SELECT", "3"));
        assertEquals("$1\r\n3\r\n", client.ask("GET", "third"));
        assertEquals(":1\r\n", client.ask("DBSIZE"));
    }

    private void assertSameAs(Client redis) throws IOException {
        Client client = client();
        for (String key : keys) {
            assertEquals(redis.ask("GET", key), client.ask("GET", key), key);
            assertEquals(redis.ask("PEXPIRETIME", key), client.ask("PEXPIRETIME", key), key);
        }
        assertEquals(":" + keys.size() + "\r\n", client.ask("DBSIZE"));
    }

    @Test
    void dump_ofEachTypeOfValue_givesItsStringsAndCountsTheRest() throws IOException {
        Client redis = redis();
        fill(redis);
        fillOtherTypes(redis);
        assertEquals("+OK\r\n", redis.ask("SAVE"));
        assertEquals(Map.of("function library", 1L, "list", 2L, "set", 4L, "sorted set", 2L, "hash", 2L, "stream", 2L),
                RdbFile.read(dump(), (database, key, value, deadline) -> { }).leftOut());
        importing("data", RdbImport.ALL);
        assertSameAs(redis);
        assertThird(client());
        server().close();
        start("data-dir", folder.resolve("data").toString());
        assertSameAs(redis);
        server().close();
        IOException refusal = assertThrows(IOException.class, () -> importing("data", RdbImport.ALL));
        assertTrue(refusal.getMessage().contains("only into an empty data-dir"), refusal::getMessage);
        importing(null, 3);
        Client client = client();
        assertEquals(":0\r\n", client.ask("DBSIZE"));
        assertThird(client);
    }

    @Test
    void dump_withoutCompressionOrChecksum_isReadAsWell() throws IOException {
        Client redis = redis("--rdbcompression", "no", "--rdbchecksum", "no");
        fill(redis);
        assertEquals("+OK\r\n", redis.ask("SAVE"));
        importing(null, RdbImport.ALL);
        assertSameAs(redis);
    }

    /** Nothing of it is loaded, and the directory is still an empty one. */
    @Test
    void dump_damagedAnywhere_isRefused() throws IOException {
        Client redis = redis();
        set(redis, "key", "value".repeat(30));
        set(redis, "number", "1000");
        redis.ask("RPUSH", "list", "a", "b");
        assertEquals("+OK\r\n", redis.ask("SAVE"));
        byte[] whole = Files.readAllBytes(dump());
        for (int length = 0; length < whole.length; length++) {
            Files.write(dump(), Arrays.copyOf(whole, length));
            assertThrows(RdbRefusedException.class, () -> RdbFile.read(dump(), (database, key, value, deadline) -> { }));
        }
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] = (byte) (damaged[bit / 8] ^ 1 << bit % 8);
            Files.write(dump(), damaged);
            assertThrows(RdbRefusedException.class, () -> RdbFile.read(dump(), (database, key, value, deadline) -> { }),
                    "bit " + bit);
        }
        IOException refusal = assertThrows(IOException.class, () -> importing("data", RdbImport.ALL));
        assertTrue(refusal.getMessage().matches("import: .*dump.rdb: .* at byte \\d+"), refusal::getMessage);
        Files.write(dump(), whole);
        importing("data", RdbImport.ALL);
        assertSameAs(redis);
    }

    @Test
    void commandLine_import_takesFileAndDatabase() throws UsageException {
        CommandLine line = CommandLine.parse(new String[] {"--import", "a.rdb", "--database=3"}, Map.of());
        assertEquals(new RdbImport(Path.of("a.rdb"), 3), line.rdbImport());
        assertThrows(UsageException.class, () -> CommandLine.parse(new String[] {"--database", "3"}, Map.of()));
        assertThrows(UsageException.class, () -> CommandLine.parse(new String[] {"--import", "a", "--database", "-1"}, Map.of()));
        assertEquals(RdbImport.ALL, CommandLine.parse(new String[] {"--import", "a"}, Map.of()).rdbImport().database());
        assertThrows(UsageException.class, () -> CommandLine.parse(new String[] {"--import", "a", "--database", "16"}, Map.of()));
        assertThrows(UsageException.class, () -> CommandLine.parse(new String[] {"--import"}, Map.of()));
    }

    @Test
    void file_thatIsMissingOrNone_isRefusedWithItsName() {
        IOException refusal = assertThrows(IOException.class, () -> importing(null, RdbImport.ALL));
        assertTrue(refusal.getMessage().endsWith("dump.rdb is not there"), refusal::getMessage);
    }
}
