package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kv.store.Access;
import kv.store.KeySink;
import kv.store.Opening;
import kv.store.StoreSession;

/**
 * DELPREFIX: walks the whole store, as KEYS does, and deletes what begins so, a few keys under a lock. Keys that are there all
 * the time are gone afterwards; those that come meanwhile may stay.
 *
 * <p>Runs on the slow lane, without a section of its command. It ends early when its client has gone.
 */
final class PrefixDeletion implements KeySink {
    /** Home slots visited, and keys deleted, under one lock. */
    private static final int SLOTS_A_STEP = 512;
    private static final int KEYS_A_SECTION = 128;
    private static final int BYTES_INITIAL = 16 << 10;

    private final CommandContext c;
    private final int prefixLength;
    /** Keys of the step, each behind its length. */
    private ByteBuffer found = allocate(BYTES_INITIAL);
    private long deleted;

    private PrefixDeletion(CommandContext c, int prefixLength) {
        this.c = c;
        this.prefixLength = prefixLength;
    }

    /** {@code DELPREFIX prefix} in RESP, where the prefix is any bytes. */
    static void exact(CommandContext c) {
        new PrefixDeletion(c, c.length(1)).run();
    }

    /** {@code DELPREFIX prefix} in text: it deletes what {@code KEYS prefix} lists. */
    static void asListed(CommandContext c) {
        new PrefixDeletion(c, KeyListing.prefixLength(c)).run();
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    private void run() {
        long cursor = 0;
        do {
            found.clear();
            long next = c.session.scan(c.client.database, cursor, SLOTS_A_STEP, c.now, this);
            if (c.endIfCancelled() || next == StoreSession.HELD && !HeldKeys.awaitRelease(c) || !deleteFound()) {
                return;
            }
            if (next != StoreSession.HELD) {
                cursor = next;
                if (next == 0) {
                    c.replies.deletedOf(deleted);
                    return;
                }
            }
            Thread.yield(); // as KEYS: whoever waits for this CPU goes first
        } while (true);
    }

    @Override
    public void key(ByteBuffer bytes, int start, int length) {
        if (length < prefixLength
                || !bytes.slice(start, prefixLength).equals(c.bytes().slice(c.start(1), prefixLength))) {
            return;
        }
        if (found.remaining() < Integer.BYTES + length) {
            found = allocate(2 * (found.capacity() + length)).put(found.flip());
        }
        found.putInt(length).put(found.position(), bytes, start, length).position(found.position() + length);
    }

    /** False if the client has gone. */
    private boolean deleteFound() {
        int first = c.keys.size();
        found.flip();
        while (found.hasRemaining()) {
            while (found.hasRemaining() && c.keys.size() - first < KEYS_A_SECTION) {
                int length = found.getInt();
                c.keys.add(found, found.position(), length);
                found.position(found.position() + length);
            }
            boolean done = deleteKeys(first);
            c.keys.truncate(first);
            if (!done) {
                return false;
            }
        }
        return true;
    }

    private boolean deleteKeys(int first) {
        int end = c.keys.size();
        if (c.session.holdsAll()) {
            delete(first, end); // in a transaction
            return true;
        }
        while (c.session.open(c.keys, first, end, Access.EXCLUSIVE, c.now) == Opening.HELD) {
            if (!HeldKeys.awaitRelease(c)) {
                return false;
            }
        }
        try {
            delete(first, end);
        } catch (Throwable thrown) {
            c.session.failed(thrown);
            throw thrown;
        } finally {
            c.session.close();
        }
        return true;
    }

    private void delete(int first, int end) {
        for (int key = first; key < end; key++) {
            if (c.session.delete(key)) {
                deleted++;
            }
        }
    }
}
