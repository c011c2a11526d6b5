package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of a start; the test is the clock. */
class StartProgressTest {
    private final List<String> status = new ArrayList<>();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private long nanos = System.nanoTime();

    @Test
    void bar_onATerminal_growsAndIsErased() {
        StartProgress progress = new StartProgress(status::add, new PrintStream(shown, true, StandardCharsets.US_ASCII),
                () -> nanos);
        progress.begin("recovering");
        progress.at(1L << 20, 8L << 20);
        nanos += 1_000_000_000;
        progress.at(4L << 20, 8L << 20);
        progress.at(5L << 20, 8L << 20);
        progress.end();
        progress.end();
        assertEquals(List.of("recovering", "recovering: 12 % of 8 MiB", "recovering: 50 % of 8 MiB",
                "recovering: 62 % of 8 MiB"), status);
        assertEquals("\r\033[K[" + "#".repeat(20) + ".".repeat(20) + "] recovering: 50 % of 8 MiB\r\033[K",
                shown.toString(StandardCharsets.US_ASCII));
    }

    @Test
    void progress_ofNothing_isNoDivision() {
        StartProgress progress = new StartProgress(status::add, null, () -> nanos);
        progress.begin("recovering");
        progress.at(0, 0);
        assertEquals("recovering: 0 % of 0 MiB", status.get(1));
    }
}
