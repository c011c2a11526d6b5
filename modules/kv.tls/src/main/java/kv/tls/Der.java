package kv.tls;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** As much of DER as it takes to put a key of one kind of file into the wrapping of another, and to read a name. */
final class Der {
    static final int INTEGER = 0x02;
    static final int OCTETS = 0x04;
    static final int OBJECT_ID = 0x06;
    static final int UTF8_STRING = 0x0C;
    static final int PRINTABLE_STRING = 0x13;
    static final int ASCII_STRING = 0x16;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;
    /** What an element of an explicit tag, [0], begins with. */
    static final int EXPLICIT_0 = 0xA0;

    private Der() {
    }

    /** One element: its tag, its length, the parts. */
    static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >>> 8 * i);
            }
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /**
     * The content of the element that comes next, which is read past.
     *
     * @return null if its tag is another: then nothing is read
     * @throws BadTlsFileException if it is longer than what is there
     */
    static ByteBuffer content(ByteBuffer in, int tag) throws BadTlsFileException {
        try {
            if (!in.hasRemaining() || (in.get(in.position()) & 0xFF) != tag) {
                return null;
            }
            in.get();
            int length = in.get() & 0xFF;
            if (length >= 0x80) {
                int bytes = length & 0x7F;
                length = 0;
                for (int i = 0; i < bytes; i++) {
                    length = length << 8 | in.get() & 0xFF;
                }
            }
            if (length < 0 || length > in.remaining()) {
                throw new BadTlsFileException("a part of it is longer than the whole");
            }
            ByteBuffer content = in.slice(in.position(), length);
            in.position(in.position() + length);
            return content;
        } catch (BufferUnderflowException cut) {
            throw new BadTlsFileException("it ends too early");
        }
    }
}
