package kv.commands;

import java.nio.ByteBuffer;
import kv.store.StoreSession;
import kv.store.ValueSink;

/** Lets a value go straight from the store into the output. Owner: the context's. */
final class ValueReply implements ValueSink {
    /** What is in front of a value, at most. */
    private static final int HEAD_BYTES_MAX = 32;

    private final CommandContext c;

    ValueReply(CommandContext c) {
        this.c = c;
    }

    /** Replies the command's one key's value without a section; false: that was not possible, and nothing has been replied. */
    boolean tryAtOnce() {
        ByteBuffer room = c.out.reserve(1);
        int before = room.position();
        if (room.remaining() < HEAD_BYTES_MAX + StoreSession.PEEKED_BYTES_MAX) {
            return false;
        }
        int length = c.session.peek(c.keys, c.key(0), c.now, this);
        if (length == StoreSession.NOT_READ) {
            room.position(before);
            return false;
        }
        c.endValue(length);
        return true;
    }

    @Override
    public void length(int valueBytes) {
        if (valueBytes > CommandContext.LATE_BYTES) {
            c.requireTimeFor(valueBytes);
        }
        c.replies.beginValue(valueBytes);
    }

    @Override
    public ByteBuffer space(int remaining) {
        return c.out.reserve(1);
    }
}
