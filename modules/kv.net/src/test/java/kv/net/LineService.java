package kv.net;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service for tests: a request is a line. It is echoed, but for a few words: {@code fail} throws, {@code close} closes,
 * {@code slow} is deferred and waits for the gate, {@code block} waits for it where it is, {@code fill N} answers N bytes and a
 * newline, {@code hold} and {@code hold twice} hold the reply back, {@code hold briefly} lets it go before the handler returns,
 * {@code gate} holds the connection and is left unread until it is released, {@code outbox} hands out the connection's outbox,
 * {@code endless} is deferred and runs until it is cancelled.
 */
class LineService implements Service {
    final CountDownLatch gate = new CountDownLatch(1);
    final CountDownLatch waiting = new CountDownLatch(1);
    final AtomicInteger connected = new AtomicInteger();
    final AtomicInteger disconnected = new AtomicInteger();
    /** Not yet released, in the order in which they were taken. */
    final BlockingQueue<Hold> holds = new LinkedBlockingQueue<>();
    final BlockingQueue<Outbox> outboxes = new LinkedBlockingQueue<>();
    final AtomicInteger cancelled = new AtomicInteger();
    volatile boolean failsAtEnd;
    /** Thrown at the next batch, or at the next connection, if there is one. */
    volatile Error failsInBatch;
    volatile Error failsAtBeginning;
    /** Thrown by the request {@code fail}. */
    volatile Throwable failure = new IllegalStateException("asked to fail");

    @Override
    public RequestHandler newHandler() {
        return new LineHandler();
    }

    private final class LineHandler implements RequestHandler {
        private final Set<Exchange> passed = Collections.newSetFromMap(new IdentityHashMap<>());

        @Override
        public void beginBatch(long receivedNanos, boolean slow) {
            if (failsInBatch != null) {
                throw failsInBatch;
            }
        }

        @Override
        public int handle(Exchange exchange) {
            ByteBuffer in = exchange.input();
            int requests = 0;
            for (int end; (end = lineEnd(in)) >= 0; ) {
                byte[] line = new byte[end - in.position()];
                in.get(in.position(), line);
                String word = new String(line, StandardCharsets.UTF_8);
                if (word.equals("gate") && passed.add(exchange)) {
                    exchange.pause();
                    holds.add(exchange.hold());
                    return requests;
                }
                if ((word.equals("slow") || word.equals("endless")) && !exchange.onSlowLane()) {
                    exchange.defer();
                    return requests;
                }
                in.position(end + 1);
                requests++;
                answer(exchange, word);
                if (exchange.outputIsFull() || exchange.onSlowLane()) {
                    if (in.hasRemaining()) {
                        exchange.pause();
                    }
                    return requests;
                }
            }
            return requests;
        }
    }

    private void answer(Exchange exchange, String word) {
        if (word.equals("fail")) {
            fail();
        }
        if (word.equals("endless")) {
            runUntilCancelled(exchange);
        }
        if (word.equals("slow") || word.equals("block")) {
            await();
        }
        if (word.equals("close")) {
            exchange.close();
        }
        if (word.startsWith("hold")) {
            hold(exchange, word);
        }
        if (word.equals("outbox")) {
            outboxes.add(exchange.outbox());
        }
        if (word.startsWith("fill ")) {
            for (int left = Integer.parseInt(word.substring(5)); left > 0; left--) {
                exchange.reserve(1).put((byte) 'x');
            }
            exchange.reserve(1).put((byte) '\n');
        } else {
            byte[] reply = (word + "\n").getBytes(StandardCharsets.UTF_8);
            for (byte b : reply) {
                exchange.reserve(1).put(b);
            }
        }
    }

    private void runUntilCancelled(Exchange exchange) {
        waiting.countDown();
        while (!exchange.isCancelled()) {
            Thread.onSpinWait();
        }
        cancelled.incrementAndGet();
    }

    private void fail() {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    private void hold(Exchange exchange, String word) {
        Hold hold = exchange.hold();
        if (word.equals("hold twice")) {
            holds.add(exchange.hold());
        }
        if (word.equals("hold briefly")) {
            hold.release();
        } else {
            holds.add(hold);
        }
    }

    private void await() {
        waiting.countDown();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int lineEnd(ByteBuffer in) {
        for (int i = in.position(); i < in.limit(); i++) {
            if (in.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public Object connected(long id, SocketAddress remote, SocketAddress local) {
        if (failsAtBeginning != null) {
            throw failsAtBeginning;
        }
        connected.incrementAndGet();
        return id;
    }

    @Override
    public void disconnected(Object state) {
        disconnected.incrementAndGet();
        if (failsAtEnd) {
            throw new IllegalStateException("asked to fail at the end");
        }
    }

    @Override
    public byte[] tooManyConnections(int firstByte) {
        return ("too many, " + (firstByte < 0 ? "silent" : (char) firstByte) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
