package kv.admin;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import kv.stats.LatencyHistogram;
import kv.stats.LatencySnapshot;

/** Figures that a test sets. */
final class FakeSource implements Source {
    volatile Phase phase = Phase.SERVING;
    volatile String progress = "serving";
    volatile InetSocketAddress dataAddress;
    volatile long hits;
    /** Every call of {@link #metrics} takes one. */
    final Semaphore mayRender = new Semaphore(1_000_000);
    final AtomicLong renderings = new AtomicLong();
    final LatencyHistogram gets = new LatencyHistogram();

    @Override
    public Phase phase() {
        return phase;
    }

    @Override
    public String progress() {
        return progress;
    }

    @Override
    public InetSocketAddress dataAddress() {
        return dataAddress;
    }

    @Override
    public void metrics(MetricsText text) {
        mayRender.acquireUninterruptibly();
        renderings.incrementAndGet();
        text.counter("kv_hits_total", "Hits.").sample(hits);
        text.gauge("kv_padding", "As long as real ones.");
        for (int i = 0; i < 1500; i++) {
            text.sample("number", Integer.toString(i), i);
        }
    }

    @Override
    public List<CommandTimes> commands() {
        LatencySnapshot snapshot = new LatencySnapshot();
        snapshot.add(gets);
        return List.of(new CommandTimes("get", snapshot));
    }

    @Override
    public List<SlowCommand> slowCommands() {
        return List.of(new SlowCommand(1_000, 1, 2, 25_000, 3, "SET \"k\"\n\u0085", "127.0.0.1:5", "me"));
    }

    @Override
    public List<String> logLines() {
        return List.of("one", "two");
    }
}
