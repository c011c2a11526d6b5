package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The file {@code FORMAT}, which makes a directory a log's: one line with the version, the log's id, the size of its segments
 * and a CRC.
 *
 * @param logId        random; a frame with another one is none of this log's
 * @param segmentBytes size of every segment's file
 */
record LogFormat(long logId, int segmentBytes) {
    static final int VERSION = 1;
    private static final String NAME = "kv-log";
    private static final int BYTES_MAX = 256;
    private static final String UNFINISHED = FileNames.FORMAT + FileNames.UNFINISHED_SUFFIX;

    static LogFormat read(Storage storage) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES_MAX);
        try (StorageFile file = storage.openForReading(FileNames.FORMAT)) {
            file.readFully(bytes, 0);
        }
        String line = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        String[] words = line.split(" ");
        try {
            if (words.length > 1 && words[0].equals(NAME) && Integer.parseInt(words[1]) > VERSION) {
                throw new LogRefusedException(storage + " has format " + words[1] + "; this version reads up to " + VERSION);
            }
            if (words.length == 5) {
                LogFormat format = new LogFormat(Long.parseUnsignedLong(words[2], 16), Integer.parseInt(words[3]));
                if (line.equals(format.line())) {
                    return format;
                }
            }
        } catch (NumberFormatException damaged) {
            // Said below, as for a wrong CRC.
        }
        throw new LogDamagedException(storage + "/" + FileNames.FORMAT
                + " is damaged; restore it from a copy of this directory", false);
    }

    void write(Storage storage) throws IOException {
        try (StorageFile file = storage.create(UNFINISHED)) {
            file.writeFully(ByteBuffer.wrap(line().getBytes(StandardCharsets.US_ASCII)), 0);
            file.force(true);
        }
        storage.rename(UNFINISHED, FileNames.FORMAT);
        storage.forceDirectory();
    }

    private String line() {
        String body = NAME + " " + VERSION + " " + Long.toHexString(logId) + " " + segmentBytes;
        CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        return body + " " + Long.toHexString(crc.getValue()) + "\n";
    }
}
