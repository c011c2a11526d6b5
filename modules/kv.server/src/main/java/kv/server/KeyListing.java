package kv.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kv.net.BufferExhaustedException;
import kv.net.Exchange;
import kv.protocol.Glob;
import kv.store.KeySink;

/**
 * KEYS: walks the whole store in steps of bounded locks and puts what matches straight into the output. The count, which
 * stands before the keys, is known only in the end: a gap is left for it, and what the gap is too long is cut off.
 *
 * <p>Runs on the slow lane, as the first command of its exchange. Memory: the reply's, from the buffer pool; when that is full
 * the client gets "out of memory" and nothing of the reply.
 */
final class KeyListing implements KeySink {
    /** Home slots visited under one lock. */
    private static final int SLOTS_A_STEP = 512;
    /** {@code "KEYS "} and a long, or {@code *}, a long and CRLF. */
    private static final int GAP_BYTES = 32;

    private final CommandContext c;
    private final boolean glob;
    private final Glob byGlob;
    private final ByteBuffer pattern;
    private final int patternStart;
    private final int patternLength;
    private long count;

    /** @param glob whether the pattern is a glob, and the reply RESP's; or else a prefix, and the reply a text line */
    private KeyListing(CommandContext c, boolean glob) {
        this.c = c;
        this.glob = glob;
        this.pattern = c.bytes();
        this.patternStart = c.start(1);
        this.patternLength = glob ? c.length(1) : prefixLength(c);
        this.byGlob = glob ? Glob.of(pattern, patternStart, patternLength) : null;
    }

    /** {@code KEYS pattern} in RESP. */
    static void byGlob(CommandContext c) {
        new KeyListing(c, true).run();
    }

    /** {@code KEYS prefix} in text. */
    static void byPrefix(CommandContext c) {
        new KeyListing(c, false).run();
    }

    /** One trailing {@code *} means "any ending", as people write it. */
    private static int prefixLength(CommandContext c) {
        int length = c.length(1);
        return length > 0 && c.bytes().get(c.start(1) + length - 1) == '*' ? length - 1 : length;
    }

    private void run() {
        Exchange exchange = c.exchange;
        ByteBuffer first = exchange.reserve(GAP_BYTES);
        int gap = first.position();
        first.position(gap + GAP_BYTES);
        long cursor = 0;
        try {
            do {
                cursor = c.store.scan(cursor, SLOTS_A_STEP, this);
                Thread.yield(); // whoever waits for this CPU goes first: the scheduler would give us some milliseconds at a time
            } while (cursor != 0 && !exchange.isCancelled());
        } catch (BufferExhaustedException noRoomForAllOfThem) {
            exchange.discard();
            c.outOfMemory();
            return;
        }
        if (cursor != 0) { // nobody waits for it any more; half a list must not be taken for the whole
            exchange.discard();
            c.client.leaving = true;
            return;
        }
        if (!glob) exchange.reserve(1).put((byte) '\n');
        byte[] head = (glob ? "*" + count + "\r\n" : "KEYS " + count).getBytes(StandardCharsets.US_ASCII);
        first.put(gap + GAP_BYTES - head.length, head);
        exchange.dropFirst(GAP_BYTES - head.length);
    }

    @Override
    public void key(ByteBuffer bytes, int start, int length) {
        if (!matches(bytes, start, length)) return;
        count++;
        if (glob) {
            c.resp.bulk(bytes, start, length);
        } else {
            c.text.key(bytes, start, length);
        }
    }

    private boolean matches(ByteBuffer bytes, int start, int length) {
        if (glob) return byGlob.matches(bytes, start, length);
        if (length < patternLength) return false;
        for (int i = 0; i < patternLength; i++) {
            if (bytes.get(start + i) != pattern.get(patternStart + i)) return false;
        }
        return true;
    }
}
