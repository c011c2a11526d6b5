package kv.rdb;

import java.nio.ByteBuffer;

/**
 * The checksum at the end of an RDB file, or of a single dumped value: CRC-64 by Jones, reflected, from 0 on. Owner: one thread.
 */
public final class Crc64 {
    // Eight bytes a step ("slicing by 8"): a table for each of their places.
    private static final long POLYNOMIAL = 0x95AC9329AC4BC9B5L;
    private static final int SLICES = 8;
    private static final long[][] TABLES = tables();

    private long value;

    /** The checksum of nothing. */
    public Crc64() {
    }

    private static long[][] tables() {
        long[][] tables = new long[SLICES][256];
        for (int i = 0; i < 256; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
            tables[0][i] = crc;
        }
        for (int slice = 1; slice < SLICES; slice++) {
            for (int i = 0; i < 256; i++) {
                long before = tables[slice - 1][i];
                tables[slice][i] = tables[0][(int) before & 0xFF] ^ before >>> 8;
            }
        }
        return tables;
    }

    /**
     * What was before is followed by these bytes.
     *
     * @param bytes little-endian
     */
    public void update(ByteBuffer bytes, int start, int end) {
        long crc = value;
        int at = start;
        for (; at + SLICES <= end; at += SLICES) {
            long word = bytes.getLong(at) ^ crc;
            crc = TABLES[7][(int) word & 0xFF] ^ TABLES[6][(int) (word >>> 8) & 0xFF] ^ TABLES[5][(int) (word >>> 16) & 0xFF]
                    ^ TABLES[4][(int) (word >>> 24) & 0xFF] ^ TABLES[3][(int) (word >>> 32) & 0xFF]
                    ^ TABLES[2][(int) (word >>> 40) & 0xFF] ^ TABLES[1][(int) (word >>> 48) & 0xFF]
                    ^ TABLES[0][(int) (word >>> 56)];
        }
        for (; at < end; at++) {
            crc = TABLES[0][((int) crc ^ bytes.get(at)) & 0xFF] ^ crc >>> 8;
        }
        value = crc;
    }

    /** Of all bytes so far. */
    public long value() {
        return value;
    }
}
