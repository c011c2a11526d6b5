package kv.rdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * The parts that an RDB file is made of: bytes, lengths, strings. Owner: one thread.
 *
 * <p>Failure: a file that ends too early, or whose lengths cannot be, is refused with the place. No length makes it allocate more
 * than the file could hold.
 */
final class RdbInput {
    /** A longer string is nothing that a store takes: it is passed by. */
    static final int STRING_BYTES_MAX = 64 << 20;
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int ENCODED = 3;
    private static final int ENCODED_INT8 = 0;
    private static final int ENCODED_INT16 = 1;
    private static final int ENCODED_INT32 = 2;
    private static final int ENCODED_LZF = 3;

    private final FileChannel file;
    private final String name;
    private final long fileBytes;
    private final Crc64 crc = new Crc64();
    private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private ByteBuffer compressed = ByteBuffer.allocate(0);
    private long windowEnd;
    /** Of the window, up to here the checksum is reckoned. */
    private int checked;

    RdbInput(FileChannel file, String name) throws IOException {
        this.file = file;
        this.name = name;
        this.fileBytes = file.size();
    }

    long position() {
        return windowEnd - window.remaining();
    }

    long fileBytes() {
        return fileBytes;
    }

    private long remaining() {
        return fileBytes - position();
    }

    RdbRefusedException refused(String what) {
        return new RdbRefusedException(name + ": " + what + " at byte " + position());
    }

    /** Of all that has been read. */
    long checksum() {
        crc.update(window, checked, window.position());
        checked = window.position();
        return crc.value();
    }

    private void require(int bytes) throws IOException {
        if (window.remaining() >= bytes) {
            return;
        }
        checksum();
        window.compact();
        int read;
        do {
            read = file.read(window, windowEnd);
            windowEnd += Math.max(0, read);
        } while (read > 0 && window.hasRemaining());
        window.flip();
        checked = 0;
        if (window.remaining() < bytes) {
            throw refused("it ends too early, being cut or damaged,");
        }
    }

    int unsignedByte() throws IOException {
        require(1);
        return Byte.toUnsignedInt(window.get());
    }

    long littleEndian(int bytes) throws IOException {
        require(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) Byte.toUnsignedInt(window.get()) << 8 * i;
        }
        return value;
    }

    private long bigEndian(int bytes) throws IOException {
        return Long.reverseBytes(littleEndian(bytes)) >>> Long.SIZE - 8 * bytes;
    }

    /** A number of things, or of bytes. */
    long length() throws IOException {
        int first = unsignedByte();
        if (first >>> 6 == ENCODED) {
            throw refused("a length is expected, and there is none");
        }
        return length(first);
    }

    private long length(int first) throws IOException {
        return switch (first >>> 6) {
            case 0 -> first;
            case 1 -> (first & 0x3F) << 8 | unsignedByte();
            default -> switch (first) {
                case 0x80 -> bigEndian(Integer.BYTES);
                case 0x81 -> bigEndian(Long.BYTES);
                default -> throw refused("a length of unknown form");
            };
        };
    }

    /**
     * Reads a string into the buffer, or one that is larger, from position 0 to the limit; null if it is longer than strings may
     * be, and has been passed by.
     */
    ByteBuffer string(ByteBuffer buffer) throws IOException {
        int first = unsignedByte();
        if (first >>> 6 != ENCODED) {
            return raw(length(first), buffer);
        }
        return switch (first & 0x3F) {
            case ENCODED_INT8 -> text((byte) littleEndian(1), buffer);
            case ENCODED_INT16 -> text((short) littleEndian(2), buffer);
            case ENCODED_INT32 -> text((int) littleEndian(4), buffer);
            case ENCODED_LZF -> lzf(buffer);
            default -> throw refused("a string of unknown form");
        };
    }

    private ByteBuffer raw(long length, ByteBuffer buffer) throws IOException {
        requireInFile(length);
        if (length > STRING_BYTES_MAX) {
            skip(length);
            return null;
        }
        ByteBuffer result = room(buffer, (int) length);
        read(result);
        return result.flip();
    }

    private static ByteBuffer text(int number, ByteBuffer buffer) {
        byte[] digits = Integer.toString(number).getBytes(StandardCharsets.ISO_8859_1);
        return room(buffer, digits.length).put(digits).flip();
    }

    private ByteBuffer lzf(ByteBuffer buffer) throws IOException {
        long compressedBytes = length();
        long bytes = length();
        requireInFile(compressedBytes);
        if (bytes < 0) {
            throw refused("a length that cannot be");
        }
        if (bytes > STRING_BYTES_MAX || compressedBytes > STRING_BYTES_MAX) {
            skip(compressedBytes);
            return null;
        }
        compressed = room(compressed, (int) compressedBytes);
        read(compressed);
        ByteBuffer result = room(buffer, (int) bytes);
        if (!Lzf.decompress(compressed.flip(), result)) {
            throw refused("a compressed string that is damaged");
        }
        return result.flip();
    }

    private void requireInFile(long length) throws IOException {
        if (length < 0 || length > remaining()) {
            throw refused("a length that goes over the end of the file");
        }
    }

    /** An empty buffer with exactly that limit. */
    private static ByteBuffer room(ByteBuffer buffer, int bytes) {
        ByteBuffer fitting = bytes <= buffer.capacity() ? buffer
                : ByteBuffer.allocate(Math.max(bytes, 2 * buffer.capacity())).order(ByteOrder.nativeOrder());
        return fitting.clear().limit(bytes);
    }

    private void read(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            require(1);
            int bytes = Math.min(window.remaining(), target.remaining());
            target.put(target.position(), window, window.position(), bytes).position(target.position() + bytes);
            window.position(window.position() + bytes);
        }
    }

    void skip(long bytes) throws IOException {
        for (long left = bytes; left > 0; ) {
            require(1);
            int piece = (int) Math.min(window.remaining(), left);
            window.position(window.position() + piece);
            left -= piece;
        }
    }

    void skipString() throws IOException {
        int first = unsignedByte();
        if (first >>> 6 != ENCODED) {
            long length = length(first);
            requireInFile(length);
            skip(length);
            return;
        }
        switch (first & 0x3F) {
            case ENCODED_INT8 -> skip(1);
            case ENCODED_INT16 -> skip(2);
            case ENCODED_INT32 -> skip(4);
            case ENCODED_LZF -> {
                long compressedBytes = length();
                length();
                requireInFile(compressedBytes);
                skip(compressedBytes);
            }
            default -> throw refused("a string of unknown form");
        }
    }
}
