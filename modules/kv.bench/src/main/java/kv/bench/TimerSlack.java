package kv.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How late Linux may end a thread's sleep: 50 µs unless told otherwise, which is longer than most replies take. */
final class TimerSlack {
    private static final Path THREAD = Path.of("/proc/thread-self");

    private TimerSlack() {
    }

    /** One nanosecond for the calling thread, where the system lets us; elsewhere an open loop sends a little later. */
    static void minimize() {
        try {
            // The file exists per process only, but any thread's number finds it.
            Path thread = Files.readSymbolicLink(THREAD).getFileName();
            Files.writeString(Path.of("/proc", thread.toString(), "timerslack_ns"), "1");
        } catch (IOException notThisSystem) {
            return;
        }
    }
}
