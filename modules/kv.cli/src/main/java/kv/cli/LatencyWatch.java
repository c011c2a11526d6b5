package kv.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The time from a PING to its reply, one after the other on one connection. On a terminal one line that is renewed; elsewhere a
 * line each time. Unit: milliseconds, measured in nanoseconds.
 */
final class LatencyWatch {
    private static final long LINE_MILLIS = 1_000;
    private static final long SAMPLE_MILLIS = 10;

    private final Server server;
    private final Surroundings surroundings;
    private long samples;
    private long sumNanos;
    private long minNanos = Long.MAX_VALUE;
    private long maxNanos;

    LatencyWatch(Server server, Surroundings surroundings) {
        this.server = server;
        this.surroundings = surroundings;
    }

    /** Without an end on a terminal, one line elsewhere, unless the user says how many. */
    int run(Pace pace) throws IOException, UsageException, InterruptedException {
        server.ask("PING"); // the connection's own start is none of the samples
        long lineNanos = pace.millis(LINE_MILLIS) * 1_000_000;
        for (int line = 0; pace.hasNext(line, surroundings.outIsTerminal() ? 0 : 1); line++) {
            long start = System.nanoTime();
            do {
                if (samples > 0) {
                    Thread.sleep(SAMPLE_MILLIS);
                }
                sample();
            } while (System.nanoTime() - start < lineNanos);
            print();
        }
        if (surroundings.outIsTerminal()) {
            surroundings.out().write('\n');
        }
        return Cli.OK;
    }

    private void sample() throws IOException, UsageException {
        long start = System.nanoTime();
        server.ask("PING");
        long nanos = System.nanoTime() - start;
        samples++;
        sumNanos += nanos;
        minNanos = Math.min(minNanos, nanos);
        maxNanos = Math.max(maxNanos, nanos);
    }

    private void print() throws IOException {
        String line = String.format(Locale.ROOT, "min: %.3f, max: %.3f, avg: %.3f ms (%d samples)", minNanos / 1e6,
                maxNanos / 1e6,
                sumNanos / 1e6 / samples, samples);
        String shown = surroundings.outIsTerminal() ? "\r" + line : line + "\n";
        surroundings.out().write(shown.getBytes(StandardCharsets.US_ASCII));
        surroundings.out().flush();
    }
}
