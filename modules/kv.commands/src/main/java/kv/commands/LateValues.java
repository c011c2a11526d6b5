package kv.commands;

import java.util.BitSet;
import kv.protocol.ReplyWriter;
import kv.store.StoreSession;
import kv.store.ValueSink;

/**
 * Values of one reply, in their order, that are found in a section and copied into the output when it has been closed: copying
 * long ones would keep others from their shards.
 *
 * <p>Owner: a command's context. Empty between commands.
 */
final class LateValues {
    private final StoreSession session;
    private final BitSet missing = new BitSet();
    private int count;

    LateValues(StoreSession session) {
        this.session = session;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The value of a key as it is now: its length, or {@link StoreSession#NO_VALUE}, or NOT_DETACHED: it is not added. */
    int add(int key) {
        int length = session.detach(key);
        if (length != StoreSession.NOT_DETACHED) {
            missing.set(count++, length == StoreSession.NO_VALUE);
        }
        return length;
    }

    /** Replies all. */
    void write(ReplyWriter replies, ValueSink sink) {
        int detached = 0;
        for (int i = 0; i < count; i++) {
            if (missing.get(i)) {
                replies.missing();
            } else {
                session.copyDetached(detached++, sink);
                replies.endValue();
            }
        }
    }

    void clear() {
        if (count > 0) {
            session.releaseDetached();
            count = 0;
        }
    }
}
