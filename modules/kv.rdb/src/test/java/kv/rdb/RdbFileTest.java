package kv.rdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files made by hand: the forms of strings, and values that no Redis at hand writes. kv.server reads those of Redis 7.0. */
class RdbFileTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final List<String> found = new ArrayList<>();

    private RdbFileTest bytes(int... values) {
        for (int value : values) {
            file.write(value);
        }
        return this;
    }

    private RdbFileTest text(String text) {
        file.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** A short string with its length. */
    private RdbFileTest string(String text) {
        return bytes(text.length()).text(text);
    }

    private RdbFileTest zeros(int count) {
        return bytes(new int[count]);
    }

    private RdbSummary read() throws IOException {
        Path path = Files.write(folder.resolve("dump.rdb"), file.toByteArray());
        return RdbFile.read(path, (database, key, value, deadline) -> found.add(database + " " + text(key) + "=" + text(value)
                + (deadline == Long.MAX_VALUE ? "" : "@" + deadline)));
    }

    private static String text(ByteBuffer bytes) {
        assertEquals(ByteOrder.nativeOrder(), bytes.order());
        assertEquals(0, bytes.position());
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }

    /** Ends the file, with a checksum. */
    private RdbFileTest end() {
        bytes(255);
        Crc64 crc = new Crc64();
        crc.update(ByteBuffer.wrap(file.toByteArray()).order(ByteOrder.LITTLE_ENDIAN), 0, file.size());
        file.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(crc.value()).array());
        return this;
    }

    @Test
    void checksum_ofTheUsualDigits_isTheKnownOne() {
        Crc64 crc = new Crc64();
        crc.update(ByteBuffer.wrap("123456789".getBytes(StandardCharsets.US_ASCII)).order(ByteOrder.LITTLE_ENDIAN), 0, 9);
        assertEquals(0xE9C6D914C4B8D9CAL, crc.value());
    }

    @Test
    void strings_ofEachForm_areRead() throws IOException {
        text("REDIS0010").bytes(250).string("redis-ver").string("7.0.15").bytes(251, 9, 1);
        bytes(0).string("raw").string("value");
        bytes(0).string("int8").bytes(0xC0, 0x85);
        bytes(0).string("int16").bytes(0xC1, 0x39, 0x30);
        bytes(0).string("int32").bytes(0xC2, 0, 0, 0, 0x80);
        bytes(0).string("lzf").bytes(0xC3, 5, 10, 0, 'a', 0xE0, 0, 0);
        bytes(0).string("14 bits").bytes(0x40, 3).text("abc");
        bytes(0).string("32 bits").bytes(0x80, 0, 0, 0, 1).text("x");
        bytes(0).string("64 bits").bytes(0x81, 0, 0, 0, 0, 0, 0, 0, 1).text("y");
        bytes(0).string("empty").bytes(0);
        bytes(0, 0xC0, 7).string("number as key");
        bytes(254, 3, 252, 1, 1, 0, 0, 0, 0, 0, 0, 249, 5, 0).string("ms").string("v");
        bytes(253, 2, 0, 0, 0, 248, 9, 0).string("s").string("v");
        bytes(0).string("none").string("v");
        RdbSummary summary = end().read();
        assertEquals(List.of("0 raw=value", "0 int8=-123", "0 int16=12345", "0 int32=-2147483648", "0 lzf=aaaaaaaaaa",
                "0 14 bits=abc", "0 32 bits=x", "0 64 bits=y", "0 empty=", "0 7=number as key", "3 ms=v@257", "3 s=v@2000",
                "3 none=v"), found);
        assertEquals(new RdbSummary(10, "7.0.15", 13, Map.of()), summary);
    }

    @Test
    void otherValues_ofEachType_arePassedByAndCounted() throws IOException {
        text("REDIS0012").bytes(244, 1, 2, 3).bytes(245).string("#!lua");
        bytes(247, 0x81, 1, 2, 3, 4, 5, 6, 7, 8, 2, 1, 5).string("aux").bytes(2, 9, 3, 0, 0, 0, 0, 4).zeros(8).bytes(1, 7, 0);
        bytes(1).string("l").bytes(2).string("a").string("b");
        bytes(10).string("l").string("ziplist");
        bytes(14).string("l").bytes(1).string("ziplist");
        bytes(18).string("l").bytes(2, 1).string("plain").bytes(2).string("listpack");
        bytes(2).string("s").bytes(1).string("a");
        bytes(11).string("s").string("intset").bytes(20).string("s").string("listpack");
        bytes(3).string("z").bytes(3).string("a").string("1.5").string("b").bytes(253).string("c").bytes(255);
        bytes(5).string("z").bytes(1).string("a").zeros(8);
        bytes(12).string("z").string("x").bytes(17).string("z").string("x");
        bytes(4).string("h").bytes(1).string("f").string("v");
        bytes(9).string("h").string("x").bytes(13).string("h").string("x").bytes(16).string("h").string("x");
        bytes(22).string("h").bytes(1, 9).string("f").string("v").bytes(23).string("h").string("x");
        bytes(24).string("h").zeros(8).bytes(1, 9).string("f").string("v").bytes(25).string("h").zeros(8).string("x");
        bytes(7).string("m").bytes(0x81, 1, 2, 3, 4, 5, 6, 7, 8, 5).string("field").bytes(0);
        for (int type : new int[] {15, 19, 21}) {
            bytes(type).string("x").bytes(1).string("id").string("listpack").zeros(type == 15 ? 3 : 8);
            bytes(1).string("group").zeros(type == 15 ? 2 : 3).bytes(1).zeros(24).bytes(1);
            bytes(1).string("consumer").zeros(type == 21 ? 16 : 8).bytes(1).zeros(16);
        }
        bytes(0).string("last").string("v");
        RdbSummary summary = end().read();
        assertEquals(List.of("0 last=v"), found);
        assertEquals(Map.of("function library", 1L, "data of a module", 1L, "list", 4L, "set", 3L, "sorted set", 4L, "hash", 8L,
                "value of a module", 1L, "stream", 3L), summary.leftOut());
    }

    @Test
    void valkey_ownFormat_isRead() throws IOException {
        text("VALKEY080").bytes(250).string("valkey-ver").string("9.0.0");
        bytes(22).string("h").bytes(1).string("f").string("v").zeros(8).bytes(0).string("k").string("v");
        RdbSummary summary = end().read();
        assertEquals(List.of("0 k=v"), found);
        assertEquals("9.0.0", summary.writtenBy());
    }

    @Test
    void what_isNotUnderstood_isRefusedWithThePlace() throws IOException {
        refusedWith("no RDB file", "hello");
        refusedWith("no RDB file", "REDIS00x0 and so on");
        refusedWith("of version 99", "REDIS0099\u00ff");
        refusedWith("type 6,", "REDIS0010\u0006\u0001k");
        refusedWith("type 100, which is not known here, at byte 10", "REDIS0010d");
        refusedWith("unknown form at byte 13", "REDIS0010\0\u0001k\u00c4");
        refusedWith("goes over the end of the file", "REDIS0010\0\u0080\u007f\u00ff\u00ff\u00ff");
        refusedWith("goes over the end of the file", "REDIS0010\0\u0081\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff");
        refusedWith("compressed string that is damaged", "REDIS0010\0\u0001k\u00c3\u0002\u0080\u0001\0\0\0\0a");
        refusedWith("ends too early", "REDIS0010\0\u0001k\u0001v");
        refusedWith("ends too early", "REDIS0010\u0001\u0001k\u0080\u007f\u00ff\u00ff\u00ff\u0001v");
    }

    private void refusedWith(String text, String bytes) {
        file.reset();
        text(bytes);
        String message = assertThrows(RdbRefusedException.class, this::read).getMessage();
        assertTrue(message.contains(text) && message.contains("dump.rdb"), message);
    }

    @Test
    void checksum_absentOrOfAnOldVersion_isNotAskedFor() throws IOException {
        text("REDIS0010").bytes(0).string("k").string("v").bytes(255).zeros(8);
        read();
        file.reset();
        text("REDIS0003").bytes(0).string("k").string("v").bytes(255);
        assertEquals(3, read().version());
        assertEquals(2, found.size());
    }

    /** Whatever the bytes are, it ends: with a summary or a refusal. */
    @Test
    void garbage_ofAnyKind_isRefusedOrRead() throws IOException {
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            file.reset();
            text("REDIS0010");
            byte[] garbage = new byte[random.nextInt(60)];
            random.nextBytes(garbage);
            for (int i = 0; i < garbage.length; i++) {
                garbage[i] = random.nextInt(3) == 0 ? garbage[i] : (byte) (garbage[i] & 0x1F);
            }
            file.writeBytes(garbage);
            try {
                read();
            } catch (RdbRefusedException refusal) {
                refused++;
            }
        }
        assertTrue(refused > 2000);
    }

    @Test
    void compressed_withCopiesOverTheirOwnEnd_comesOutWhole() {
        ByteBuffer target = ByteBuffer.allocate(40);
        assertTrue(Lzf.decompress(ByteBuffer.wrap(new byte[] {1, 'a', 'b', (byte) 0xE0, 29, 1}), target));
        assertEquals("ab".repeat(20), new String(target.array(), StandardCharsets.US_ASCII));
        assertFalse(Lzf.decompress(ByteBuffer.wrap(new byte[] {0, 'a', 0x20, 5}), ByteBuffer.allocate(4)));
        assertFalse(Lzf.decompress(ByteBuffer.wrap(new byte[] {3, 'a'}), ByteBuffer.allocate(4)));
        assertFalse(Lzf.decompress(ByteBuffer.wrap(new byte[] {0, 'a'}), ByteBuffer.allocate(4)));
    }
}
