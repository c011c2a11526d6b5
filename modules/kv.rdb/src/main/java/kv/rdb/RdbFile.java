package kv.rdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads an RDB file of Redis (versions of the format up to {@value #VERSION_MAX}) or Valkey once, from its beginning to its end.
 *
 * <p>Owner: one thread.
 */
public final class RdbFile {
    /** Redis 8.0; the later ones have values of new types, which are refused where they are met. */
    static final int VERSION_MAX = 12;
    private static final int VALKEY_VERSION = 80;
    private static final int CHECKSUM_VERSION_MIN = 5;
    private static final int MAGIC_BYTES = 9;
    private static final int KEY_BYTES_MAX = 0xFFFF;
    private static final int PROGRESS_KEYS = 1 << 16;
    private static final long NEVER = Long.MAX_VALUE;

    private final RdbInput in;
    private final RdbSink sink;
    private final Map<String, Long> leftOut = new TreeMap<>();
    private ByteBuffer key = ByteBuffer.allocate(1 << 10).order(ByteOrder.nativeOrder());
    private ByteBuffer value = ByteBuffer.allocate(1 << 16).order(ByteOrder.nativeOrder());
    private boolean isValkey;
    private String writtenBy = "unknown";
    private long database;
    private long deadlineMillis = NEVER;
    private long strings;

    private RdbFile(RdbInput in, RdbSink sink) {
        this.in = in;
        this.sink = sink;
    }

    /**
     * Reads the file, and compares its checksum if it has one.
     *
     * @throws RdbRefusedException if it is damaged or not understood; what came before has been given to the sink
     */
    public static RdbSummary read(Path file, RdbSink sink) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new RdbFile(new RdbInput(channel, file.toString()), sink).read();
        }
    }

    private RdbSummary read() throws IOException {
        int version = version();
        long entries = 0;
        int opcode;
        do {
            opcode = in.unsignedByte();
            switch (opcode) {
                case 255 -> requireChecksum(version);
                case 254 -> database = in.length();
                case 253 -> deadlineMillis = (int) in.littleEndian(Integer.BYTES) * 1000L;
                case 252 -> deadlineMillis = in.littleEndian(Long.BYTES);
                case 251 -> skipLengths(2);
                case 250 -> auxiliary();
                case 249 -> in.unsignedByte();
                case 248 -> in.length();
                case 247 -> moduleAuxiliary();
                case 245 -> {
                    in.skipString();
                    leaveOut("function library");
                }
                case 244 -> skipLengths(3);
                default -> entry(opcode);
            }
            if (++entries % PROGRESS_KEYS == 0) {
                sink.progress(in.position(), in.fileBytes());
            }
        } while (opcode != 255);
        return new RdbSummary(version, writtenBy, strings, leftOut);
    }

    private int version() throws IOException {
        if (in.fileBytes() < MAGIC_BYTES) {
            throw in.refused("this is no RDB file:");
        }
        byte[] magic = new byte[MAGIC_BYTES];
        for (int i = 0; i < MAGIC_BYTES; i++) {
            magic[i] = (byte) in.unsignedByte();
        }
        String text = new String(magic, StandardCharsets.ISO_8859_1);
        isValkey = text.startsWith("VALKEY");
        if (!text.matches("REDIS\\d{4}|VALKEY\\d{3}")) {
            throw in.refused("this is no RDB file:");
        }
        int version = Integer.parseInt(text.replaceAll("\\D", ""));
        if (version < 1 || version > VERSION_MAX && !(isValkey && version == VALKEY_VERSION)) {
            throw in.refused("a file of version " + version + ", this program reads up to " + VERSION_MAX + ":");
        }
        return version;
    }

    private void requireChecksum(int version) throws IOException {
        if (version < CHECKSUM_VERSION_MIN) {
            return;
        }
        long found = in.checksum();
        long stored = in.littleEndian(Long.BYTES);
        // 0: it was written without one.
        if (stored != 0 && stored != found) {
            throw in.refused("the checksum of all before is wrong: the file is damaged,");
        }
    }

    private void auxiliary() throws IOException {
        ByteBuffer name = in.string(key);
        boolean isVersion = name != null && text(name).matches("(redis|valkey)-ver");
        ByteBuffer text = in.string(value);
        if (isVersion && text != null) {
            writtenBy = text(text);
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString().replaceAll("[^ -~]", "?");
    }

    private void moduleAuxiliary() throws IOException {
        skipLengths(3);
        RdbValues.skipModuleFields(in);
        leaveOut("data of a module");
    }

    private void skipLengths(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            in.length();
        }
    }

    private void entry(int type) throws IOException {
        String name = RdbValues.name(type);
        if (name == null) {
            throw in.refused("an entry of type " + type + ", which is not known here,");
        }
        long deadline = deadlineMillis;
        deadlineMillis = NEVER;
        ByteBuffer foundKey = in.string(key);
        if (type != RdbValues.STRING) {
            RdbValues.skip(type, in, isValkey);
            leaveOut(name);
            return;
        }
        ByteBuffer foundValue = in.string(value);
        if (foundKey == null || foundKey.limit() > KEY_BYTES_MAX) {
            leaveOut("string with a key of more than " + KEY_BYTES_MAX + " bytes");
            return;
        }
        if (foundValue == null) {
            leaveOut("string of more than 64 MiB");
            return;
        }
        key = foundKey;
        value = foundValue;
        strings++;
        sink.string((int) Math.min(database, Integer.MAX_VALUE), key, value, deadline);
    }

    private void leaveOut(String what) {
        leftOut.merge(what, 1L, Long::sum);
    }
}
