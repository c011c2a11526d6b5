package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A thread dies: the process ends with status 1 and one line, in a process of its own. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailureExitTest {
    private static Process start(String shell, String how) throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", shell, "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx16m", "-XX:+UseSerialGC", "-cp",
                ServerProcess.place(FailureExit.class) + ":" + ServerProcess.place(FailingProgram.class),
                "kv.server.FailingProgram", how));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String lineOf(String how) throws Exception {
        Process process = start("exec \"$@\"", how);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor(), said);
        assertEquals(said.length() - 1, said.indexOf('\n'), said);
        return said.strip();
    }

    @Test
    void accept_bug_endsWithTheLineThatTellsWhere() throws Exception {
        String line = lineOf("bug");
        assertTrue(line.startsWith("kv-server: ending, because thread kv-worker-0 died: java.lang.IllegalStateException: a "
                + "bug?of two lines"
                + " at FailingProgram."), line);
    }

    @Test
    void accept_heapIsFull_endsWithTheLine() throws Exception {
        assertEquals("kv-server: ending, because thread kv-worker-0 died: java.lang.OutOfMemoryError: Java heap space",
                lineOf("heap"));
    }

    @Test
    void accept_severalThreadsAtOnce_oneLine() throws Exception {
        assertTrue(lineOf("several").matches("kv-server: ending, because thread kv-worker-\\d died: .*uncaught.*"));
    }

    @Test
    void cannotRun_itsReason_isTheLine() throws Exception {
        assertEquals("kv-server: no reason at all", lineOf("cannot-run"));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "needs a pipe that can be filled from a shell")
    void accept_nobodyReadsStderr_endsAllTheSame() throws Exception {
        Process process = start("dd if=/dev/zero bs=4096 count=1000 oflag=nonblock 2> /dev/null; "
                + "dd if=/dev/zero bs=1 count=5000 oflag=nonblock 2> /dev/null; exec \"$@\"", "bug");
        assertTrue(process.waitFor(300, TimeUnit.SECONDS), "it waits for who reads stderr");
        assertEquals(1, process.exitValue());
    }
}
