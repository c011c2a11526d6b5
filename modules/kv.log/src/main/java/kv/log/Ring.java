package kv.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Records on their way to the log's thread, in the order in which they claimed their places. A slot is a header of 8 bytes (int
 * length, int kind), the record, and zeros up to a multiple of 8; the same bytes are a frame's payload.
 *
 * <p>Threads: any may claim, write and commit; one reads and frees. Positions count bytes since the log was made and never go
 * back.
 * <p>Invariant: who claims has taken room before (see {@link Room}), so a claim neither fails nor waits.
 */
final class Ring {
    // As Agrona's ManyToOneRingBuffer, but for two things. Room is taken before, so that a claim is one getAndAdd, not a loop.
    // And a record goes over the end of the memory instead of being padded up to it, so that what has room is known without
    // knowing where it will lie. A header is 0 until the record is committed; what was read is filled with zeros again, or old
    // bytes would be taken for a header.
    static final int HEADER_BYTES = 8;
    static final int LARGE_SLOT_BYTES = HEADER_BYTES;
    /** The record is in the slot. */
    static final int RECORD = 1;
    /** The record is in {@link LargeMemory}; its slot is a header alone. In the ring only, never in a frame. */
    static final int LARGE = 2;
    private static final VarHandle HEADER = MethodHandles.byteBufferViewVarHandle(long[].class, Frame.order());
    private static final int ZEROS_BYTES = 1 << 16;

    private final ByteBuffer memory;
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
    private final int mask;
    private final AtomicLong claimed;

    /** @param memory filled with zeros, its size a power of two */
    Ring(ByteBuffer memory, long position) {
        this.memory = memory.order(Frame.order());
        this.mask = memory.capacity() - 1;
        this.claimed = new AtomicLong(position);
    }

    /** What a record of that length takes. */
    static int slotBytes(int recordBytes) {
        return HEADER_BYTES + recordBytes + 7 & -8;
    }

    static int lengthOf(long header) {
        return (int) header;
    }

    static int kindOf(long header) {
        return (int) (header >>> Integer.SIZE);
    }

    /** The position after all that has been claimed. */
    long claimed() {
        return claimed.get();
    }

    /** Claims a slot, and returns where it begins. */
    long claim(int slotBytes) {
        return claimed.getAndAdd(slotBytes);
    }

    void put(long position, ByteBuffer source, int start, int length) {
        int index = (int) position & mask;
        int first = Math.min(length, memory.capacity() - index);
        memory.put(index, source, start, first);
        if (first < length) {
            memory.put(0, source, start + first, length - first);
        }
    }

    void putByte(long position, byte value) {
        memory.put((int) position & mask, value);
    }

    /** Shows the record to the reader. */
    void commit(long slot, int length, int kind) {
        HEADER.setRelease(memory, (int) slot & mask, (long) kind << Integer.SIZE | length);
    }

    /** The header of the slot that begins there; 0 if it is not committed. For the reader, as what follows. */
    long header(long slot) {
        return (long) HEADER.getAcquire(memory, (int) slot & mask);
    }

    /** Copies slots to a buffer's position, and moves that. */
    void copyTo(ByteBuffer target, long position, int bytes) {
        int index = (int) position & mask;
        int first = Math.min(bytes, memory.capacity() - index);
        target.put(target.position(), memory, index, first);
        if (first < bytes) {
            target.put(target.position() + first, memory, 0, bytes - first);
        }
        target.position(target.position() + bytes);
    }

    /** Makes slots free for those who claim next; their room is to be given back after that. */
    void clear(long position, int bytes) {
        int cleared = 0;
        while (cleared < bytes) {
            int index = (int) (position + cleared) & mask;
            int piece = Math.min(Math.min(bytes - cleared, memory.capacity() - index), ZEROS_BYTES);
            memory.put(index, zeros, 0, piece);
            cleared += piece;
        }
    }
}
