package kv.net;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the event loops count. Bytes are counted by the loop that moves them ({@link Count}, one writer); connections are shared
 * by all loops, for one limit holds for all, and change too rarely to matter.
 */
final class LoopCounters {
    /** One writer, any reader: a plain add with an ordered store, no locked instruction. */
    static final class Count {
        private final AtomicLong value = new AtomicLong();

        void add(long n) {
            value.setOpaque(value.getPlain() + n);
        }

        void increment() {
            add(1);
        }

        long get() {
            return value.getOpaque();
        }
    }

    /** Shared by all loops. */
    static final class Connections {
        final AtomicInteger open = new AtomicInteger();
        final AtomicLong accepted = new AtomicLong();
        final AtomicLong rejected = new AtomicLong();
    }

    final Connections connections;
    final Count bytesReceived = new Count();
    final Count bytesSent = new Count();
    final Count failed = new Count();
    final Count idleClosed = new Count();
    final Count timedOut = new Count();

    LoopCounters(Connections connections) {
        this.connections = connections;
    }

    /** After all else that a connection's end brings about: whoever reads that none is open may rely on that. */
    void closed() {
        connections.open.decrementAndGet();
    }
}
