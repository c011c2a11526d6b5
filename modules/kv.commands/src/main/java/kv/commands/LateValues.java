package kv.commands;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import kv.protocol.ReplyWriter;
import kv.store.StoreSession;
import kv.store.ValueSink;

/**
 * What a command found in its section and does when that has been closed, for it would keep others from their shards: values of
 * one reply, in their order, are copied into the output; or parts of values are read, and something is computed of them.
 *
 * <p>Owner: a command's context. Empty between commands.
 */
final class LateValues {
    private static final int ALL = -1;

    private final StoreSession session;
    private final BitSet missing = new BitSet();
    private int count;
    /** What is replied of the only value, where that is a part. */
    private int partOffset;
    private int partLength = ALL;
    /** In place of a reply of values. */
    private final List<Runnable> work = new ArrayList<>();

    LateValues(StoreSession session) {
        this.session = session;
    }

    boolean isEmpty() {
        return count == 0 && work.isEmpty();
    }

    /** The value of a key as it is now: its length, or {@link StoreSession#NO_VALUE}, or NOT_DETACHED: it is not added. */
    int add(int key) {
        int length = session.detach(key);
        if (length != StoreSession.NOT_DETACHED) {
            missing.set(count++, length == StoreSession.NO_VALUE);
        }
        return length;
    }

    /** Of the only value a part is replied, which it has; false: not possible now. */
    boolean addPart(int key, int offset, int length) {
        partOffset = offset;
        partLength = length;
        return add(key) != StoreSession.NOT_DETACHED;
    }

    /** A part of a value, which has it, is put at the target's position later; false: not possible now. All values are such. */
    boolean addRead(int key, int offset, int length, ByteBuffer target) {
        int number = count;
        if (add(key) == StoreSession.NOT_DETACHED) {
            return false;
        }
        work.add(() -> session.copyDetached(number, offset, length, new Target(target)));
        return true;
    }

    /** When all is read: the rest of the command. Nobody waits for that as for a reader. */
    void addWork(Runnable rest) {
        work.add(() -> {
            session.releaseDetached();
            rest.run();
        });
    }

    /** Replies all. */
    void write(ReplyWriter replies, ValueSink sink) {
        if (!work.isEmpty()) {
            work.forEach(Runnable::run);
            return;
        }
        int detached = 0;
        for (int i = 0; i < count; i++) {
            if (missing.get(i)) {
                replies.missing();
                continue;
            }
            if (partLength == ALL) {
                session.copyDetached(detached++, sink);
            } else {
                session.copyDetached(detached++, partOffset, partLength, sink);
            }
            replies.endValue();
        }
    }

    void clear() {
        partLength = ALL;
        work.clear();
        if (count > 0) {
            session.releaseDetached();
            count = 0;
        }
    }

    private record Target(ByteBuffer buffer) implements ValueSink {
        @Override
        public void length(int valueBytes) { }

        @Override
        public ByteBuffer space(int remaining) {
            return buffer;
        }
    }
}
