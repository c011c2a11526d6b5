package kv.tests;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A client of {@link Soak} that knows what each of its keys may hold, and nobody else writes them: what was written last, or
 * nothing, for it may have been evicted or have expired; but nothing from the moment on at which it was seen to be gone, and
 * nothing when its time is over. For one thread.
 */
final class SoakClient implements AutoCloseable {
    private static final int VALUE_BYTES_MAX = 1 << 20;
    private static final int STARTS = 1 << 12;
    private static final int LIFE_MILLIS_MAX = 20_000;
    private static final int APPENDED_MAX = 5_000;
    /** The store's clock may be so far from ours. */
    private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long FOREVER = Long.MAX_VALUE;
    /** All values are parts of this: so what is appended is what follows. */
    private static final String TEXT = text();

    private final WireClient wire;
    private final String prefix;
    private final Random random;
    private final int[] starts;
    /** 0 for what is not there; an empty value is never written. */
    private final int[] lengths;
    private final long[] endNanos;
    long requests;
    long found;

    SoakClient(int port, int number, int keys, long seed) throws IOException {
        wire = new WireClient(port);
        prefix = "client-" + number + "-key-";
        random = new Random(seed);
        starts = new int[keys];
        lengths = new int[keys];
        endNanos = new long[keys];
    }

    private static String text() {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < 2 * VALUE_BYTES_MAX + STARTS) {
            text.append((char) random.nextInt(256));
        }
        return text.toString();
    }

    /** One request, or two. */
    void turn() throws IOException {
        int key = (int) (lengths.length * Math.pow(random.nextDouble(), 2));
        requests++;
        switch (random.nextInt(20)) {
            case 0 -> delete(key);
            case 1 -> append(key);
            case 2 -> expire(key);
            case 3 -> getSeveral(key);
            case 4, 5, 6 -> put(key, FOREVER);
            default -> {
                if (!isThere(key, System.nanoTime(), wire.ask("GET", name(key)))) {
                    put(key, random.nextBoolean() ? FOREVER : 1 + random.nextInt(LIFE_MILLIS_MAX));
                }
            }
        }
    }

    private String name(int key) {
        return prefix + key;
    }

    /** Whether a value was replied; throws if it is a wrong one. */
    private boolean isThere(int key, long askedNanos, Reply reply) {
        if (reply.isNull()) {
            lengths[key] = 0;
            return false;
        }
        require(lengths[key] > 0, key, "it was gone, and is there again", reply);
        require(endNanos[key] == FOREVER || askedNanos - endNanos[key] < SLACK_NANOS, key, "its time was over", reply);
        boolean isRight = reply.text().length() == lengths[key] && TEXT.startsWith(reply.text(), starts[key]);
        require(isRight, key, "not what was written", reply);
        found++;
        return true;
    }

    private void require(boolean holds, int key, String what, Reply reply) {
        if (!holds) {
            String text = reply.text();
            throw new IllegalStateException(name(key) + ": " + what + "; " + lengths[key] + " bytes from " + starts[key]
                    + ", replied " + text.length() + " bytes: " + Escaped.of(text.substring(0, Math.min(100, text.length()))));
        }
    }

    /** From 1 byte to a mebibyte: most are short, most bytes are in long ones. */
    private int length() {
        return (int) Math.pow(2, 20 * Math.pow(random.nextDouble(), 2));
    }

    private void put(int key, long lifeMillis) throws IOException {
        int start = random.nextInt(STARTS);
        int length = length();
        String value = TEXT.substring(start, start + length);
        Reply reply = lifeMillis == FOREVER ? wire.ask("SET", name(key), value)
                : wire.ask("SET", name(key), value, "PX", Long.toString(lifeMillis));
        require(reply.text().equals("OK"), key, "SET", reply);
        starts[key] = start;
        lengths[key] = length;
        endNanos[key] = lifeMillis == FOREVER ? FOREVER : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(lifeMillis);
    }

    private void delete(int key) throws IOException {
        Reply reply = wire.ask("DEL", name(key));
        require(reply.text().equals("0") || reply.text().equals("1") && lengths[key] > 0, key, "DEL", reply);
        lengths[key] = 0;
    }

    private void append(int key) throws IOException {
        int end = starts[key] + lengths[key];
        int room = Math.min(VALUE_BYTES_MAX - lengths[key], TEXT.length() - end);
        int more = Math.min(room, 1 + random.nextInt(APPENDED_MAX));
        if (more <= 0) {
            return;
        }
        Reply reply = wire.ask("APPEND", name(key), TEXT.substring(end, end + more));
        if (reply.text().equals(Integer.toString(more))) {
            starts[key] = end; // it was gone
            lengths[key] = more;
            endNanos[key] = FOREVER;
        } else {
            require(lengths[key] > 0 && reply.text().equals(Integer.toString(lengths[key] + more)), key, "APPEND", reply);
            lengths[key] += more;
        }
    }

    private void expire(int key) throws IOException {
        int lifeMillis = 1 + random.nextInt(LIFE_MILLIS_MAX);
        Reply reply = wire.ask("PEXPIRE", name(key), Integer.toString(lifeMillis));
        if (reply.text().equals("0")) {
            lengths[key] = 0;
        } else {
            require(reply.text().equals("1") && lengths[key] > 0, key, "PEXPIRE", reply);
            endNanos[key] = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(lifeMillis);
        }
    }

    private void getSeveral(int key) throws IOException {
        int other = (key + 1) % lengths.length;
        long now = System.nanoTime();
        Reply reply = wire.ask("MGET", name(key), name(other));
        isThere(key, now, reply.parts().get(0));
        isThere(other, now, reply.parts().get(1));
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
