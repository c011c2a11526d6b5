package kv.server;

import java.nio.ByteBuffer;
import kv.protocol.Glob;
import kv.store.KeySink;

/**
 * One call of SCAN. The keys come before their number is known and are kept aside until then.
 *
 * <p>Bound: COUNT keys are looked for, {@value #KEYS_MAX} at most, whatever the client asks for.
 */
final class KeyScan implements KeySink {
    private static final int KEYS_MAX = 4096;
    private static final int BYTES_INITIAL = 1 << 10;

    private final CommandContext c;
    /** Null = none. */
    private final Glob pattern;
    private final boolean wanted;
    private ByteBuffer keys = ByteBuffer.allocate(BYTES_INITIAL);
    private int count;

    /** @param pattern the argument that is the pattern; 0 = none */
    KeyScan(CommandContext c, int pattern, boolean wanted) {
        this.c = c;
        this.pattern = pattern == 0 ? null : Glob.of(c.bytes(), c.start(pattern), c.length(pattern));
        this.wanted = wanted;
    }

    void reply(long cursor, long wantedCount) {
        long next = c.store.scan(cursor, (int) Math.min(wantedCount, KEYS_MAX), this);
        c.resp.arrayHeader(2);
        c.resp.bulk(Long.toString(next));
        c.resp.arrayHeader(count);
        keys.flip();
        while (keys.hasRemaining()) {
            int length = keys.getInt();
            c.resp.bulk(keys, keys.position(), length);
            keys.position(keys.position() + length);
        }
    }

    @Override
    public void key(ByteBuffer bytes, int start, int length) {
        if (!wanted || pattern != null && !pattern.matches(bytes, start, length)) return;
        count++;
        if (keys.remaining() < Integer.BYTES + length) {
            keys = ByteBuffer.allocate(2 * (keys.capacity() + length)).put(keys.flip());
        }
        keys.putInt(length);
        keys.put(keys.position(), bytes, start, length).position(keys.position() + length);
    }
}
