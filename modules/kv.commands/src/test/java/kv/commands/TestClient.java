package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A connection without a socket: what it sends is executed at once, as an event loop would have it executed. */
final class TestClient {
    final ArrayOutput out = new ArrayOutput();
    final Client client;
    private final Executor executor;
    private ByteBuffer in = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
    private int neededBytes = 1;
    private final List<Long> moments = new ArrayList<>();
    /** How long replies were held back, each time. */
    final List<Long> delays = new ArrayList<>();
    private int calls;
    boolean closed;

    TestClient(Executor executor, Client client) {
        this.executor = executor;
        this.client = client;
    }

    /** How often the executor was called. */
    int calls() {
        return calls;
    }

    void resetCalls() {
        calls = 0;
        moments.clear();
    }

    /** The moment of the last command of each call. */
    List<Long> moments() {
        return moments;
    }

    /** A RESP request of these arguments, a byte a character. */
    static String request(String... args) {
        StringBuilder request = new StringBuilder("*" + args.length + "\r\n");
        for (String arg : args) {
            request.append('$').append(arg.length()).append("\r\n").append(arg).append("\r\n");
        }
        return request.toString();
    }

    /** What stands between the first of these words and the end behind it. */
    static String field(String text, String word, String end) {
        int from = text.indexOf(word) + word.length();
        return text.indexOf(word) < 0 ? "" : text.substring(from, text.indexOf(end, from));
    }

    /** The reply to one RESP request. */
    String ask(String... args) {
        return send(request(args));
    }

    private void awaitRelease() {
        CountDownLatch released = new CountDownLatch(1);
        executor.whenReleased(released::countDown);
        try {
            if (!released.await(5, TimeUnit.MINUTES)) {
                throw new IllegalStateException("held");
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** The replies to these bytes. */
    String send(String bytes) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        byte[] sent = bytes.getBytes(StandardCharsets.ISO_8859_1);
        if (in.remaining() < sent.length) {
            in = ByteBuffer.allocate(2 * (in.capacity() + sent.length)).order(ByteOrder.nativeOrder()).put(in.flip());
        }
        in.put(sent).flip();
        StringBuilder replies = new StringBuilder();
        while (in.remaining() >= neededBytes && !closed) {
            neededBytes = 1;
            calls++;
            executor.beginBatch(System.nanoTime(), out.onSlowLane);
            Executor.Outcome outcome = executor.execute(client, in, out);
            out.onSlowLane = false;
            if (executor.executed() > 0) {
                moments.add(executor.context.now);
            }
            replies.append(out.text());
            switch (outcome) {
                case IDLE -> neededBytes = in.hasRemaining() ? executor.neededBytes() : 1;
                case PAUSED -> { }
                case DELAYED -> delays.add(executor.delayMillis());
                case DEFERRED -> out.onSlowLane = true;
                case HELD -> awaitRelease();
                case CLOSED, CROSS_PROTOCOL -> closed = true;
            }
        }
        in.compact();
        return replies.toString();
    }
}
