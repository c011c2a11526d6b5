package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Reads a checkpoint's file. Owner: one thread. Failure: whatever is not as it was written is damage: the file got its name
 * when it was complete.
 */
final class CheckpointReader implements AutoCloseable {
    private static final int WINDOW_BYTES = 4 << 20;

    private final String path;
    private final String name;
    private final StorageFile file;
    private final long fileBytes;
    private final long startSegment;
    private final long startPosition;
    private final ByteBuffer footer;
    private ByteBuffer window;
    private long windowStart;

    CheckpointReader(Storage storage, LogFormat format, String name) throws IOException {
        this.path = storage + "/" + name;
        this.name = name;
        this.file = storage.openForReading(name);
        try {
            this.fileBytes = file.size();
            this.window = allocate((int) Math.min(WINDOW_BYTES, fileBytes)).limit(0);
            ByteBuffer header = read(0, CheckpointFormat.HEADER_BYTES);
            if (header.getInt(Integer.BYTES) != CheckpointFormat.MAGIC || header.getLong(2 * Integer.BYTES) != format.logId()) {
                throw damaged("is not a checkpoint of this log");
            }
            this.startSegment = header.getLong(16);
            this.startPosition = header.getLong(24);
            this.footer = read(fileBytes - CheckpointFormat.FOOTER_BYTES, CheckpointFormat.FOOTER_BYTES);
            if (footer.getInt(Integer.BYTES) != 0 || !name.equals(FileNames.checkpoint(startPosition))) {
                throw damaged("is cut, or not that of its name");
            }
        } catch (IOException | RuntimeException failure) {
            file.close();
            throw failure;
        }
    }

    /** The name of the newest checkpoint among the files. */
    static Optional<String> newest(Collection<String> names) {
        return names.stream().filter(name -> FileNames.checkpointPosition(name).isPresent()).max(Comparator.naturalOrder());
    }

    LogStart start() {
        return new LogStart(name, startSegment, startPosition, footer.getLong(24), footer.getLong(32));
    }

    long fileBytes() {
        return fileBytes;
    }

    long records() {
        return footer.getLong(16);
    }

    /** Delivers all records. */
    void replay(Replay replay, RecoveryProgress progress) throws IOException {
        long end = fileBytes - CheckpointFormat.FOOTER_BYTES;
        long chunks = 0;
        long records = 0;
        long at = CheckpointFormat.HEADER_BYTES;
        while (at < end) {
            int payloadBytes = has(at, CheckpointFormat.CHUNK_HEADER_BYTES) ? window.getInt(in(at) + Integer.BYTES) : 0;
            int bytes = CheckpointFormat.CHUNK_HEADER_BYTES + payloadBytes;
            if (payloadBytes <= 0 || payloadBytes > end - at - CheckpointFormat.CHUNK_HEADER_BYTES || !has(at, bytes)
                    || !CheckpointFormat.isWhole(window, in(at), in(at) + bytes) || window
                    .getLong(in(at) + 2 * Integer.BYTES) != chunks) {
                throw damaged("is damaged at " + at);
            }
            records += deliver(in(at) + CheckpointFormat.CHUNK_HEADER_BYTES, in(at) + bytes, replay);
            chunks++;
            at += bytes;
            progress.at(at);
        }
        if (chunks != footer.getLong(8) || records != records()) {
            throw damaged("holds " + records + " records where it says " + records());
        }
    }

    private int deliver(int start, int end, Replay replay) throws IOException {
        ByteBuffer record = window.duplicate().order(Frame.order());
        int records = 0;
        for (int at = start; at < end; records++) {
            int length = end - at < Integer.BYTES ? -1 : window.getInt(at);
            at += Integer.BYTES;
            if (length < 0 || length > end - at) {
                throw damaged("holds a whole chunk without whole records");
            }
            record.limit(at + length).position(at);
            replay.checkpointRecord(record);
            at += length;
        }
        return records;
    }

    private ByteBuffer read(long position, int bytes) throws IOException {
        ByteBuffer part = ByteBuffer.allocate(bytes).order(Frame.order());
        if (position < 0 || file.readFully(part, position) < bytes || !CheckpointFormat.isWhole(part, 0, bytes)) {
            throw damaged("is cut or damaged at " + position);
        }
        return part;
    }

    private int in(long at) {
        return (int) (at - windowStart);
    }

    private boolean has(long at, int bytes) throws IOException {
        if (at >= windowStart && at + bytes <= windowStart + window.limit()) {
            return true;
        }
        if (bytes > window.capacity()) {
            window = allocate(bytes);
        }
        window.clear();
        windowStart = at;
        file.readFully(window, at);
        window.flip();
        return window.limit() >= bytes;
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(Frame.order());
    }

    private LogDamagedException damaged(String what) {
        return new LogDamagedException(path + " " + what, false);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
