package kv.net;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service for tests: a request is a line. It is echoed, but for a few words: {@code fail} throws, {@code close} closes,
 * {@code slow} is deferred and waits for the gate, {@code block} waits for it where it is, {@code fill N} answers N bytes and a newline.
 */
final class LineService implements Service {
    final CountDownLatch gate = new CountDownLatch(1);
    final CountDownLatch waiting = new CountDownLatch(1);
    final AtomicInteger connected = new AtomicInteger();
    final AtomicInteger disconnected = new AtomicInteger();
    volatile boolean failsAtEnd;

    @Override
    public RequestHandler newHandler() {
        return exchange -> {
            ByteBuffer in = exchange.input();
            int requests = 0;
            for (int end; (end = lineEnd(in)) >= 0; ) {
                byte[] line = new byte[end - in.position()];
                in.get(in.position(), line);
                String word = new String(line, StandardCharsets.UTF_8);
                if (word.equals("slow") && !exchange.onSlowLane()) {
                    exchange.defer();
                    return requests;
                }
                in.position(end + 1);
                requests++;
                answer(exchange, word);
                if (exchange.outputIsFull() || exchange.onSlowLane()) {
                    if (in.hasRemaining()) exchange.pause();
                    return requests;
                }
            }
            return requests;
        };
    }

    private void answer(Exchange exchange, String word) {
        if (word.equals("fail")) throw new IllegalStateException("asked to fail");
        if (word.equals("slow") || word.equals("block")) await();
        if (word.equals("close")) exchange.close();
        if (word.startsWith("fill ")) {
            for (int left = Integer.parseInt(word.substring(5)); left > 0; left--) exchange.reserve(1).put((byte) 'x');
            exchange.reserve(1).put((byte) '\n');
        } else {
            byte[] reply = (word + "\n").getBytes(StandardCharsets.UTF_8);
            for (byte b : reply) exchange.reserve(1).put(b);
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
            if (in.get(i) == '\n') return i;
        }
        return -1;
    }

    @Override
    public Object connected(long id, SocketAddress remote, SocketAddress local) {
        connected.incrementAndGet();
        return id;
    }

    @Override
    public void disconnected(Object state) {
        disconnected.incrementAndGet();
        if (failsAtEnd) throw new IllegalStateException("asked to fail at the end");
    }

    @Override
    public byte[] tooManyConnections() {
        return "too many\n".getBytes(StandardCharsets.UTF_8);
    }
}
