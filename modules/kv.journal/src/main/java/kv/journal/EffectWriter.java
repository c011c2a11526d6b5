package kv.journal;

import java.nio.ByteBuffer;
import kv.log.Admission;
import kv.log.Appender;
import kv.log.Log;
import kv.store.JournalWriter;
import kv.store.StoreNotWritableException;

/** Puts a session's changes into the log: those of a section are one record. Owner: the session's thread. */
final class EffectWriter implements JournalWriter {
    private final Log log;
    private final Appender appender;
    private final ByteBuffer head = ByteBuffer.allocate(Effect.HEAD_BYTES_MAX).order(Effect.order());

    EffectWriter(Log log) {
        this.log = log;
        this.appender = log.appender();
    }

    @Override
    public boolean prepare(long bytes, boolean mayGrow, boolean waits) {
        Admission admission = mayGrow ? appender.takeGrowing(bytes, waits) : appender.takeGroup(bytes, waits);
        if (admission == Admission.DISK_FULL) {
            throw new StoreNotWritableException("disk full: " + log.diskFullReason(), true);
        }
        if (admission == Admission.FAILED) {
            throw new StoreNotWritableException("the log has failed or is closed", false);
        }
        return admission == Admission.TAKEN;
    }

    @Override
    public void put(int tag, ByteBuffer key, int keyStart, int keyLength, ByteBuffer value, int valueStart,
            int valueLength, long deadlineMillis) {
        begin(Effect.PUT, tag, keyLength).putLong(deadlineMillis).putInt(valueLength);
        write(key, keyStart, keyLength);
        appender.put(value, valueStart, valueLength);
    }

    @Override
    public void patch(int tag, ByteBuffer key, int keyStart, int keyLength, int offset, ByteBuffer bytes, int start,
            int length, long deadlineMillis) {
        begin(Effect.PATCH, tag, keyLength).putLong(deadlineMillis).putInt(offset).putInt(length);
        write(key, keyStart, keyLength);
        appender.put(bytes, start, length);
    }

    @Override
    public void delete(int tag, ByteBuffer key, int keyStart, int keyLength) {
        begin(Effect.DELETE, tag, keyLength);
        write(key, keyStart, keyLength);
    }

    @Override
    public void deadline(int tag, ByteBuffer key, int keyStart, int keyLength, long deadlineMillis) {
        begin(Effect.DEADLINE, tag, keyLength).putLong(deadlineMillis);
        write(key, keyStart, keyLength);
    }

    @Override
    public void clear(int tag) {
        open();
        head.clear().put(Effect.CLEAR).put((byte) tag);
        appender.put(head, 0, head.position());
    }

    @Override
    public void databases(byte[] tags) {
        open();
        head.clear().put(Effect.DATABASES).put((byte) 0).put(tags);
        appender.put(head, 0, head.position());
    }

    private ByteBuffer begin(byte effect, int tag, int keyLength) {
        open();
        return head.clear().put(effect).put((byte) tag).putShort((short) keyLength);
    }

    private void open() {
        if (!appender.isOpen()) {
            appender.beginGroup();
        }
    }

    /** The head, then the key. */
    private void write(ByteBuffer key, int keyStart, int keyLength) {
        appender.put(head, 0, head.position());
        appender.put(key, keyStart, keyLength);
    }

    @Override
    public long end() {
        return appender.isOpen() ? appender.end() : -1;
    }

    @Override
    public void release(boolean all) {
        if (all) {
            appender.give();
        } else {
            appender.giveLong();
        }
    }

    @Override
    public long unpreparedBytesMax() {
        return log.unpreparedBytesMax();
    }
}
