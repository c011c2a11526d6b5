package kv.log;

import java.nio.ByteBuffer;

/**
 * One thread's way into the log. Room is taken before any lock; records are written under the caller's lock, which makes their
 * order in the log the order of what they describe. Writing a record neither waits nor allocates.
 *
 * <p>Threads: one at a time.
 * <p>Use: {@link #take}, then records of no more than that: {@link #begin(int)} or {@link #beginGroup}, puts, {@link #end}.
 * What throws between begin and end leaves a hole that nothing behind it gets past: the process must end.
 */
public final class Appender implements AutoCloseable {
    // Room is taken in larger amounts than asked for, so that usually one addition, the claim, is all that threads share.
    private static final int ALLOWANCE_BYTES = 1 << 16;
    private static final int NO_LENGTH = -1;

    private final Log log;
    private final Ring ring;
    private final int allowanceBytes;
    private final int largeBytes;
    /** Room of the ring that is taken and not used yet. */
    private long allowance;
    /** Where long records and groups are gathered; null until the first. */
    private LargeRecord gathered;
    private boolean open;
    private boolean inRing;
    private long slot;
    private int length;
    private long at;
    private long end;

    Appender(Log log) {
        this.log = log;
        this.ring = log.ring;
        this.largeBytes = log.config.largeBytes();
        this.allowanceBytes = Math.min(ALLOWANCE_BYTES, log.config.ringBytes() / 16);
    }

    /**
     * Takes room for one record, by waiting if need be. With no lock held that others wait for.
     *
     * @param bytes the record's length at most; what is not used serves the next record
     * @throws OutOfMemoryError if the JVM has no memory for a large record; what was taken till then {@link #give} gives back
     */
    public Admission take(long bytes) {
        return take(1, bytes, bytes > largeBytes, false, true);
    }

    /** As {@link #take(long)}, for a number of records that have so many bytes together. */
    public Admission take(int records, long bytes) {
        return take(records, bytes, bytes > largeBytes, false, true);
    }

    /**
     * As {@link #take(long)}, for a record that {@link #beginGroup} begins. Such a record may become longer than that: then it
     * takes more than its share at once, and those that want a share wait the longer.
     *
     * @param waits whether to wait for room; else, where there is none, {@link Admission#LATER} is returned
     */
    public Admission takeGroup(long bytes, boolean waits) {
        return take(1, bytes, true, false, waits);
    }

    /**
     * As {@link #takeGroup}, for a record of which it is known that it may become longer: nothing is taken while others of its
     * kind have more than the room there is. So these exceed it by one record an appender at most, however far the disk is
     * behind.
     */
    public Admission takeGrowing(long bytes, boolean waits) {
        // Room of the ring for the longest record that fits there: without, one of 20 KiB would leave with a chunk of 256.
        return take(1, Math.max(bytes, largeBytes), true, true, waits);
    }

    private Admission take(int records, long bytes, boolean gathers, boolean mayGrow, boolean waits) {
        long need = Math.min(bytes, (long) records * largeBytes) + 2L * Ring.HEADER_BYTES * records;
        while (true) {
            Admission admission = log.admission();
            if (admission != Admission.TAKEN
                    || (!gathers || takeChunks(bytes, mayGrow, waits)) && takeAllowance(need, waits)) {
                return admission;
            }
            if (!waits) {
                giveLong();
                return Admission.LATER;
            }
            // Whoever has waited and got nothing was told to look again.
        }
    }

    private boolean takeAllowance(long need, boolean waits) {
        if (allowance >= need) {
            return true;
        }
        long wanted = Math.max(need, allowanceBytes) - allowance;
        if (log.room.tryTake(wanted)) {
            allowance += wanted;
            return true;
        }
        // Who waits for more keeps nothing meanwhile: others with a rest each could fill the ring and wait for each other.
        giveAllowance();
        if (!waits || !log.room.take(need, log.state)) {
            return false;
        }
        allowance = need;
        return true;
    }

    private boolean takeChunks(long bytes, boolean mayGrow, boolean waits) {
        if (gathered == null) {
            gathered = new LargeRecord(log.largeMemory, largeBytes);
        }
        long room = gathered.roomFor(bytes);
        if (room > 0 || mayGrow) {
            // Who waits for more keeps nothing meanwhile, here as well.
            gathered.clear();
            if (!log.largeMemory.room().tryTake(room)) {
                giveAllowance();
                if (!waits || !log.largeMemory.takeRoom(room, log.state)) {
                    return false;
                }
            }
        }
        gathered.prepare(bytes, room);
        return true;
    }

    /** Begins a record of exactly this length. */
    public void begin(int recordBytes) {
        start(recordBytes);
        inRing = recordBytes <= largeBytes;
        if (inRing) {
            claim(recordBytes);
        }
    }

    /** Begins a record whose length is known at its end: several changes that count together or not at all. */
    public void beginGroup() {
        start(NO_LENGTH);
        inRing = false;
    }

    /** Whether a record has been begun and not ended. */
    public boolean isOpen() {
        return open;
    }

    private void start(int recordBytes) {
        if (open) {
            throw new IllegalStateException("a record is open");
        }
        open = true;
        length = recordBytes;
    }

    private void claim(int recordBytes) {
        int slotBytes = Ring.slotBytes(recordBytes);
        if (slotBytes > allowance) {
            throw new IllegalStateException("a record of " + recordBytes + " bytes, room was taken for " + allowance);
        }
        allowance -= slotBytes;
        slot = ring.claim(slotBytes);
        at = slot + Ring.HEADER_BYTES;
    }

    public void put(ByteBuffer source, int start, int count) {
        if (inRing) {
            checkFits(count);
            ring.put(at, source, start, count);
            at += count;
        } else {
            gathered.put(source, start, count);
        }
    }

    public void putByte(int value) {
        if (inRing) {
            checkFits(1);
            ring.putByte(at++, (byte) value);
        } else {
            gathered.putByte((byte) value);
        }
    }

    /** Little-endian. */
    public void putInt(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            putByte(value >>> shift);
        }
    }

    /** Little-endian. */
    public void putLong(long value) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            putByte((int) (value >>> shift));
        }
    }

    private void checkFits(int count) {
        if (at + count > slot + Ring.HEADER_BYTES + length) {
            throw new IllegalStateException("more bytes than the record's " + length);
        }
    }

    /** Bytes of the open group so far. */
    public int groupBytes() {
        return gathered.length();
    }

    /** Ends the record, and returns the position that the log is durable up to when this record is. */
    public long end() {
        if (!open) {
            throw new IllegalStateException("no record is open");
        }
        if (inRing) {
            if (at != slot + Ring.HEADER_BYTES + length) {
                throw new IllegalStateException("a record of " + length + " bytes ends after " + (at - slot - Ring.HEADER_BYTES));
            }
            ring.commit(slot, length, Ring.RECORD);
            end = slot + Ring.slotBytes(length);
        } else {
            endGathered();
        }
        open = false;
        log.committed();
        return end;
    }

    private void endGathered() {
        if (length != NO_LENGTH && length != gathered.length()) {
            throw new IllegalStateException("a record of " + length + " bytes ends after " + gathered.length());
        }
        length = gathered.length();
        if (length <= largeBytes && Ring.slotBytes(length) <= allowance) {
            claim(length);
            gathered.copyTo(ring, at);
            gathered.clear();
            ring.commit(slot, length, Ring.RECORD);
            end = slot + Ring.slotBytes(length);
        } else {
            claim(0);
            gathered.leave();
            log.largeRecords.put(slot, gathered);
            gathered = null;
            ring.commit(slot, length, Ring.LARGE);
            end = slot + Ring.LARGE_SLOT_BYTES;
        }
    }

    /** Forgets an open group: nothing of it is in the log. */
    public void dropGroup() {
        if (!open || length != NO_LENGTH) {
            throw new IllegalStateException("no group is open");
        }
        gathered.clear();
        open = false;
    }

    /** Gives back what was taken and not used for a long record: for a thread that will soon append again, but not such a one. */
    public void giveLong() {
        if (gathered != null) {
            gathered.clear();
        }
    }

    /** Gives back what was taken and not used: for a thread that will not soon append again. */
    public void give() {
        giveAllowance();
        if (gathered != null) {
            gathered.free();
            gathered = null;
        }
    }

    private void giveAllowance() {
        if (allowance == 0) {
            return;
        }
        log.room.give(allowance);
        allowance = 0;
    }

    @Override
    public void close() {
        give();
    }
}
