package kv.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Records as text: appended by hand, and collected when they are replayed. */
final class Records implements Replay {
    final List<String> fromCheckpoint = new ArrayList<>();
    final List<String> fromLog = new ArrayList<>();

    @Override
    public void checkpointRecord(ByteBuffer record) {
        fromCheckpoint.add(text(record));
    }

    @Override
    public void record(ByteBuffer record) {
        fromLog.add(text(record));
    }

    static String text(ByteBuffer record) {
        return StandardCharsets.ISO_8859_1.decode(record.duplicate()).toString();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Appends one record, for which there must be room, and returns its end. */
    static long append(Appender appender, String text) {
        ByteBuffer bytes = bytes(text);
        if (appender.take(bytes.remaining()) != Admission.TAKEN) {
            throw new AssertionError("no room for a record");
        }
        appender.begin(bytes.remaining());
        appender.put(bytes, 0, bytes.remaining());
        return appender.end();
    }
}
