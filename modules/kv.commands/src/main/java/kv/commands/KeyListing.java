package kv.commands;

import java.nio.ByteBuffer;
import kv.protocol.Glob;
import kv.protocol.ReplyWriter;
import kv.store.KeySink;
import kv.store.StoreSession;

/**
 * KEYS: walks the whole store in steps of bounded locks and puts what matches straight into the output. The count, which
 * stands before the keys, is known only in the end: a gap is left for it, and what the gap is too long is cut off.
 *
 * <p>Runs on the slow lane, as the first command of its call. Memory: the reply's, from the output; when that is full
 * the client gets "out of memory" and nothing of the reply. It ends early when its client has gone.
 */
final class KeyListing implements KeySink {
    /** Home slots visited under one lock. */
    private static final int SLOTS_A_STEP = 512;

    private final CommandContext c;
    /** Null: a prefix is wanted. */
    private final Glob glob;
    private final ByteBuffer prefix;
    private final int prefixStart;
    private final int prefixLength;
    private long count;

    private KeyListing(CommandContext c, Glob glob) {
        this.c = c;
        this.glob = glob;
        this.prefix = c.bytes();
        this.prefixStart = c.start(1);
        this.prefixLength = prefixLength(c);
    }

    /** {@code KEYS pattern} in RESP. */
    static void byGlob(CommandContext c) {
        Glob pattern = KeyPattern.of(c, 1);
        if (pattern != null) {
            new KeyListing(c, pattern).run();
        }
    }

    /** {@code KEYS prefix} in text. */
    static void byPrefix(CommandContext c) {
        new KeyListing(c, null).run();
    }

    /** One trailing {@code *} means "any ending", as people write it. */
    static int prefixLength(CommandContext c) {
        int length = c.length(1);
        return length > 0 && c.bytes().get(c.start(1) + length - 1) == '*' ? length - 1 : length;
    }

    private void run() {
        ReplyOutput out = c.out;
        ByteBuffer first = out.reserve(ReplyWriter.KEYS_HEAD_BYTES_MAX);
        int gapEnd = first.position() + ReplyWriter.KEYS_HEAD_BYTES_MAX;
        first.position(gapEnd);
        try {
            if (!walk()) {
                return;
            }
            c.replies.endKeys();
        } catch (OutputFullException noRoomForAllOfThem) {
            out.discard();
            c.outOfMemory();
            return;
        }
        ByteBuffer head = ByteBuffer.allocate(ReplyWriter.KEYS_HEAD_BYTES_MAX);
        c.replies.putKeysHead(head, count);
        head.flip();
        first.put(gapEnd - head.limit(), head, 0, head.limit());
        out.dropFirst(ReplyWriter.KEYS_HEAD_BYTES_MAX - head.limit());
    }

    /** False if the client has gone meanwhile. */
    private boolean walk() {
        long cursor = 0;
        while (true) {
            long next = c.session.scan(c.client.database, cursor, SLOTS_A_STEP, c.now, this);
            if (next == 0) {
                return true;
            }
            if (c.endIfCancelled() || next == StoreSession.HELD && !HeldKeys.awaitRelease(c)) {
                return false;
            }
            if (next != StoreSession.HELD) {
                cursor = next;
            }
            Thread.yield(); // whoever waits for this CPU goes first: the scheduler would give us some milliseconds at a time
        }
    }

    @Override
    public void key(ByteBuffer bytes, int start, int length) {
        if (matches(bytes, start, length) && c.client.mayRead(bytes, start, length)) {
            count++;
            c.replies.key(bytes, start, length);
        }
    }

    private boolean matches(ByteBuffer bytes, int start, int length) {
        if (glob != null) {
            return glob.matches(bytes, start, length);
        }
        if (length < prefixLength) {
            return false;
        }
        for (int i = 0; i < prefixLength; i++) {
            if (bytes.get(start + i) != prefix.get(prefixStart + i)) {
                return false;
            }
        }
        return true;
    }
}
