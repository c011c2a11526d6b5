package kv.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** An output that collects what is written, and hands out buffers that are no larger than they must be, or larger. */
final class Replies implements Output {

    private final int bufferKind;
    private final int spareBytes;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private ByteBuffer current = ByteBuffer.allocate(0);
    private int start;

    Replies(int bufferKind, int spareBytes) {
        this.bufferKind = bufferKind;
        this.spareBytes = spareBytes;
    }

    @Override
    public ByteBuffer reserve(int bytes) {
        if (bytes < 1 || bytes > RESERVE_BYTES_MAX) {
            throw new IllegalArgumentException("reserved " + bytes);
        }
        if (current.remaining() < bytes) {
            take();
            current = Fixture.allocate(bufferKind, bytes + spareBytes + 3).position(3);
            start = 3;
        }
        return current;
    }

    /** What has been written since the last call. */
    String text() {
        take();
        String text = Fixture.string(taken.toByteArray());
        taken.reset();
        return text;
    }

    private void take() {
        for (; start < current.position(); start++) {
            taken.write(current.get(start));
        }
    }
}
