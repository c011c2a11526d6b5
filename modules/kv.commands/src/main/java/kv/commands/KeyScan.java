package kv.commands;

import java.nio.ByteBuffer;
import kv.protocol.Glob;
import kv.store.KeySink;
import kv.store.StoreSession;

/**
 * One call of SCAN at a time. The keys come before their number is known and are kept aside until then, in memory that is kept
 * for the next call.
 *
 * <p>Bound: COUNT keys are looked at, {@value #KEYS_MAX} at most, whatever the client asks for, and about {@value #BYTES_MAX}
 * bytes of them: a call costs about a millisecond at most. What is looked for by a pattern of more than 63 elements is for the
 * slow lane.
 */
final class KeyScan implements KeySink {
    private static final int KEYS_MAX = 4096;
    private static final int BYTES_MAX = 64 << 10;
    private static final int KEYS_A_STEP = 64;
    private static final int BYTES_INITIAL = 1 << 10;
    /** One step may come with many bytes; what it took for them is not kept. */
    private static final int BYTES_KEPT_MAX = 4 * BYTES_MAX;

    private ByteBuffer keys = ByteBuffer.allocate(BYTES_INITIAL);
    private int count;
    private int keysSeen;
    private int bytesSeen;
    private CommandContext context;
    private Glob pattern;
    private boolean wanted;

    /**
     * Replies keys from the cursor on.
     *
     * @param matching null: all keys
     * @param strings whether strings are wanted, which is what all are
     */
    void reply(CommandContext c, long cursor, long wantedCount, Glob matching, boolean strings) {
        keys.clear();
        count = 0;
        keysSeen = 0;
        bytesSeen = 0;
        context = c;
        pattern = matching;
        wanted = strings;
        long next = scan(c, cursor, (int) Math.min(wantedCount, KEYS_MAX));
        c.resp.arrayHeader(2);
        c.resp.bulk(Long.toString(next));
        c.resp.arrayHeader(count);
        keys.flip();
        while (keys.hasRemaining()) {
            int length = keys.getInt();
            c.resp.bulk(keys, keys.position(), length);
            keys.position(keys.position() + length);
        }
        if (keys.capacity() > BYTES_KEPT_MAX) {
            keys = ByteBuffer.allocate(BYTES_INITIAL);
        }
    }

    private long scan(CommandContext c, long cursor, int keysWanted) {
        long at = cursor;
        do {
            long next = c.session.scan(c.client.database, at, Math.min(KEYS_A_STEP, keysWanted - keysSeen), c.now, this);
            if (next == StoreSession.HELD) {
                if (keysSeen == 0) {
                    throw NotNow.HELD;
                }
                return at; // the next call will meet what holds the rest
            }
            at = next;
        } while (at != 0 && keysSeen < keysWanted && bytesSeen < BYTES_MAX);
        return at;
    }

    @Override
    public void key(ByteBuffer bytes, int start, int length) {
        keysSeen++;
        bytesSeen += length;
        if (!wanted || pattern != null && !pattern.matches(bytes, start, length)
                || !context.client.mayRead(bytes, start, length)) {
            return;
        }
        count++;
        if (keys.remaining() < Integer.BYTES + length) {
            keys = ByteBuffer.allocate(2 * (keys.capacity() + length)).put(keys.flip());
        }
        keys.putInt(length);
        keys.put(keys.position(), bytes, start, length).position(keys.position() + length);
    }
}
