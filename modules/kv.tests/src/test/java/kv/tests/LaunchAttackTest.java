package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Surroundings that a start meets in the wild: limits of threads and descriptors, an orchestrator's variables, odd arguments and
 * files, a working directory that is gone. It serves, or it ends at once with one line that says why; never anything between.
 */
class LaunchAttackTest extends UnderAttack {
    private static final int THREADS_LEAST = 8;
    private static final int THREADS_MOST = 36;
    private static final int THREADS_STEP = 3;
    /** A user that nothing else runs as, since the limit counts all threads of a user. It may read what root may. */
    private static final String AS_SOMEBODY = "setpriv --reuid=%d --clear-groups --inh-caps=+dac_override,+dac_read_search"
            + " --ambient-caps=+dac_override,+dac_read_search";
    private static final int USER = 54_321;

    @TempDir
    private Path folder;

    /** Ever more threads are allowed, until all are: each start serves or has ended with a failure. */
    @Test
    void threads_limitedAnywhere_servesOrEnds() throws Exception {
        assumeTrue(isRoot() && runs("setpriv --version"), "needs root and setpriv");
        List<String> zombies = new ArrayList<>();
        for (int limit = THREADS_LEAST; limit <= THREADS_MOST; limit += THREADS_STEP) {
            String user = String.format(AS_SOMEBODY, USER + limit);
            KvProcess server = attend(KvLaunch.small().as(user + " prlimit --nproc=" + limit).begin());
            boolean settled = KvProcess.becomes(() -> !server.isAlive() || isReady(server));
            if (settled && server.isAlive()) {
                server.awaitReady();
                // Where not even the JVM's own thread for the signal can be made, it ends as best it can.
                settled = server.answers() && server.end("TERM") >= 0;
            } else if (settled) {
                settled = server.exitStatus() != 0;
            }
            if (!settled) {
                zombies.add(limit + " threads: alive " + server.isAlive() + ", said " + server.logSoFar());
            }
            server.close();
        }
        assertEquals(List.of(), zombies);
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static boolean runs(String command) throws Exception {
        return new ProcessBuilder("/bin/sh", "-c", command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                .waitFor() == 0;
    }

    /** Kubernetes sets such variables for each service; one may be called kv. */
    @Test
    void variables_ofAKubernetesServiceCalledKv_areNotOurs() throws Exception {
        attend(KvLaunch.small().environment("KV_PORT", "tcp://10.96.0.12:9099").environment("KV_PORT_9099_TCP",
                "tcp://10.96.0.12:9099")
                .environment("KV_PORT_9099_TCP_ADDR", "10.96.0.12").environment("KV_SERVICE_HOST", "10.96.0.12")
                .environment("KV_SERVICE_PORT", "9099").start());
        assertUnharmed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KV_PORT", "KV_MAX_MEMORY", "KV_BIND", "KV_LOG_LEVEL"})
    void variable_empty_isAsIfItWereNotThere(String name) throws Exception {
        attend(KvLaunch.small().environment(name, "").start());
        assertUnharmed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 2", "1 x", "--port", "--port=", "--nosuch 1", "-p", "--max-memory 64m --max-memory",
            "0 --port 0 1"})
    void arguments_thatMakeNoSense_areRefusedInALine(String arguments) throws Exception {
        KvProcess server = attend(KvLaunch.bare(arguments.split(" ")).begin());
        assertEquals(2, server.exitStatus(), () -> "said " + server.logSoFar());
        assertTrue(KvProcess.becomes(() -> server.logSoFar().size() == 1), () -> "one line, not " + server.logSoFar());
    }

    /** The name of what is wrong, a byte order mark before ASCII and a comment in Latin-1; the line that it is on. */
    static Stream<Arguments> foreignFiles() {
        return Stream.of(Arguments.of("byte order mark", "\u00ef\u00bb\u00bf# a comment\nmax-memory = 64m\nport = 0\n", 1),
                Arguments.of("Latin-1", "port = 0\n# f\u00fcr alle\nmax-memory = 64m\n", 2),
                Arguments.of("UTF-16", "\u00ff\u00fep\0o\0r\0t\0", 1), Arguments.of("NUL", "port = 0\n\0\0\n", 2));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("foreignFiles")
    void settingsFile_inAnotherEncoding_isReadOrRefusedWithItsLine(String what, String bytes, int line) throws Exception {
        Path file = folder.resolve("kv.conf");
        Files.write(file, bytes.getBytes(StandardCharsets.ISO_8859_1));
        KvProcess server = attend(KvLaunch.bare("--bind", TestServer.HOST, "--config", file.toString()).begin());
        boolean settled = KvProcess.becomes(() -> isReady(server) || !server.isAlive() && !server.logSoFar().isEmpty());
        assertTrue(settled, "neither ready nor ended");
        if (!server.isAlive()) {
            assertEquals(2, server.exitStatus());
            assertTrue(server.logSoFar().toString().contains("kv.conf:" + line), () -> what + ": which line? "
                    + server.logSoFar());
        }
    }

    private static boolean isReady(KvProcess server) {
        return server.logSoFar().toString().contains("ready on ");
    }

    /** A matter of the launcher: the JVM itself wants a working directory that is there. */
    @Test
    void workingFolder_deletedMeanwhile_isNotNeeded() throws Exception {
        assumeTrue(KvLaunch.isImage(), "needs the launcher of an image, -Dkv.tests.image=FOLDER");
        Path gone = Files.createDirectory(folder.resolve("gone"));
        attend(KvLaunch.small().in(gone).under("rmdir '" + gone + "'").start());
        assertUnharmed();
    }

    @Test
    void connections_moreThanDescriptors_areSpokenOf() throws Exception {
        KvProcess server = attend(KvLaunch.small("--max-connections", "5000").under("ulimit -n 300").start());
        assertTrue(server.answers());
        assertEquals(0, server.end("TERM"));
        assertTrue(server.logSoFar().stream().anyMatch(line -> line.contains("300") || line.contains("descriptor")),
                () -> "no word of the limit: " + server.logSoFar());
    }

    @Test
    void connections_upToTheDescriptors_onlyTheNewestSuffers() throws Exception {
        KvProcess server = attend(KvLaunch.small("--max-connections", "5000").under("ulimit -n 120").start());
        WireClient first = client();
        assertEquals("PONG", first.ask("PING").text());
        for (int i = 0; i < 200; i++) {
            client();
        }
        assertEquals("PONG", first.ask("PING").text());
        closeAllOpenedClients();
        assertTrue(KvProcess.becomes(server::answers), "it takes nobody any more");
        assertUnharmed();
    }
}
