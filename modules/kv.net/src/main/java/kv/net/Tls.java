package kv.net;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/** What the TLS connections of one server share. Any thread. */
final class Tls {
    final Supplier<SSLEngine> engines;
    final Service service;
    final TlsRoom.Pool rooms;
    final TlsLane lane;
    final LongAdder done = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder overdue = new LongAdder();
    final LongAdder plain = new LongAdder();
    final LongAdder faults = new LongAdder();

    Tls(TlsConfig config, Service service, BufferPool buffers, Consumer<Throwable> onDeath, ThreadMaker threads) {
        this.engines = config.engines();
        this.service = service;
        this.rooms = new TlsRoom.Pool(buffers);
        this.lane = new TlsLane(config.threads(), onDeath, threads);
    }

    TlsStats stats() {
        return new TlsStats(done.sum(), failed.sum(), overdue.sum(), plain.sum(), faults.sum());
    }
}
