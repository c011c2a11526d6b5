package kv.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every truncation and every flipped bit of a log of several frames, in two segments and with a large record, gives the longest
 * valid prefix or a refusal.
 */
class DamageTest {
    private static final int SEGMENT_BYTES = 5 * Frame.BLOCK_BYTES;
    private static final LogConfig SMALL = new LogConfig(Fsync.ALWAYS, SEGMENT_BYTES, 1 << 13, 2 * Frame.BLOCK_BYTES, 1000,
            LargeMemory.CHUNK_BYTES, () -> 1, new LogListener() { }, LogMemory.COLLECTED);

    /** A frame as it lies in the undamaged log. */
    private record FrameAt(String file, int place, int bytes, long position, long forced, int recordsBefore) {
    }

    private final SimulatedStorage disk = new SimulatedStorage(new Random(1));
    private final List<String> records = new ArrayList<>();
    private final List<FrameAt> frames = new ArrayList<>();

    private void write(Fsync fsync) throws IOException {
        Log log = Log.recover(disk, SMALL.withFsync(fsync), new Records(), false);
        Appender appender = log.appender();
        for (String record : List.of("one", "two", "x".repeat(9000), "three", "four", "five")) {
            Records.append(appender, record);
            records.add(record);
            for (int i = 0; i < 8; i++) {
                log.writer.turn(0);
                log.keeper.work();
            }
        }
        disk.restart(false);
        findFrames(log);
    }

    private void findFrames(Log log) throws IOException {
        FrameHeader header = new FrameHeader();
        int before = 0;
        for (long segment = 1; segment <= log.writer.currentSegment(); segment++) {
            try (SegmentReader reader = new SegmentReader(disk, new LogFormat(log.logId, SEGMENT_BYTES), segment, null)) {
                for (int place = 0; reader.readFrame(place, header); place += Frame.bytes(header.payloadBytes)) {
                    // A large record counts with its last piece, and is cut with its first.
                    frames.add(new FrameAt(FileNames.segment(segment), place, Frame.HEADER_BYTES + header.payloadBytes,
                            header.position, header.forced, before));
                    before += header.isPiece() && !header.isLastPiece() ? 0 : 1;
                }
            }
        }
        assertTrue(frames.size() == 7 && before == records.size(), frames::toString);
    }

    /** What shall be found if of all frames from {@code firstLost} on only those of {@code left} are whole. */
    private void assertPrefixOrRefusal(SimulatedStorage damaged, int firstLost, List<FrameAt> left,
            String what) throws IOException {
        Records found = new Records();
        boolean forced = left.stream().anyMatch(frame -> frame.forced > frames.get(firstLost).position);
        if (forced) {
            assertThrows(LogDamagedException.class, () -> Log.check(damaged, found), what);
        } else {
            Log.check(damaged, found);
            assertEquals(records.subList(0, frames.get(firstLost).recordsBefore), found.fromLog, what);
        }
        damaged.close();
    }

    @ParameterizedTest
    @EnumSource
    void log_anyBitFlipped_givesPrefixOrRefusal(Fsync fsync) throws IOException {
        write(fsync);
        for (int lost = 0; lost < frames.size(); lost++) {
            FrameAt frame = frames.get(lost);
            List<FrameAt> left = new ArrayList<>(frames);
            left.remove(frame);
            SimulatedStorage damaged = disk.copy();
            byte[] bytes = damaged.bytes(frame.file);
            // In a long payload not each bit of each byte: the CRC knows no difference.
            for (int at = 0; at < frame.bytes; at += at < 512 ? 1 : 61) {
                for (int bit = 0; bit < Byte.SIZE; bit++) {
                    bytes[frame.place + at] ^= (byte) (1 << bit);
                    assertPrefixOrRefusal(damaged, lost, left, "byte " + at + ", bit " + bit + " of " + frame);
                    bytes[frame.place + at] ^= (byte) (1 << bit);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void log_truncatedAnywhere_isRefusedAndGivesItsPrefixOnRequest(Fsync fsync) throws IOException {
        write(fsync);
        for (String file : frames.stream().map(FrameAt::file).distinct().toList()) {
            for (int length = 0; length < SEGMENT_BYTES; length += length % Frame.BLOCK_BYTES < 256 ? 1 : 97) {
                String what = file + " cut at " + length;
                SimulatedStorage damaged = disk.copy();
                damaged.replace(file, Arrays.copyOf(disk.bytes(file), length));
                LogDamagedException refusal = assertThrows(LogDamagedException.class,
                        () -> Log.check(damaged, new Records()), what);
                assertTrue(refusal.isTruncatable() && refusal.getMessage().contains(file), refusal::getMessage);
                damaged.close();
                if (length % Frame.BLOCK_BYTES == 97) {
                    assertOpensTruncated(file, length, what);
                }
            }
        }
    }

    private void assertOpensTruncated(String file, int length, String what) throws IOException {
        SimulatedStorage damaged = disk.copy();
        damaged.replace(file, Arrays.copyOf(disk.bytes(file), length));
        int whole = 0;
        while (whole < frames.size()
                && (!frames.get(whole).file.equals(file) || frames.get(whole).place + frames.get(whole).bytes <= length)) {
            whole++;
        }
        int left = whole < frames.size() ? frames.get(whole).recordsBefore : records.size();
        Records found = new Records();
        Log log = Log.recover(damaged, SMALL, found, true);
        assertEquals(records.subList(0, left), found.fromLog, what);
        Records.append(log.appender(), "after");
        log.writer.turn(0);
        damaged.restart(true);
        Records again = new Records();
        Log.recover(damaged, SMALL, again, false);
        assertEquals("after", again.fromLog.get(left), what);
        assertEquals(left + 1, again.fromLog.size(), what);
    }

    @Test
    void log_damagedBelowTheMark_opensOnlyTruncated() throws IOException {
        write(Fsync.ALWAYS);
        FrameAt second = frames.get(1);
        disk.bytes(second.file)[second.place + 70] ^= 1;
        LogDamagedException refusal = assertThrows(LogDamagedException.class, () -> Log
                .recover(disk, SMALL, new Records(), false));
        assertTrue(refusal.isTruncatable() && refusal.getMessage().contains(second.file + " at " + second.place),
                refusal::getMessage);

        Records found = new Records();
        Log log = Log.recover(disk, SMALL, found, true);
        assertEquals(List.of("one"), found.fromLog);
        assertTrue(log.recovery().cut().contains("some had been forced"), log.recovery()::cut);
        Records.append(log.appender(), "after");
        log.writer.turn(0);
        disk.restart(true);
        Records again = new Records();
        Log.recover(disk, SMALL, again, false);
        assertEquals(List.of("one", "after"), again.fromLog);
    }

    /** The last one too, of which no mark tells: a later one is ready, and is made after it. */
    @Test
    void segment_missing_isRefused() throws IOException {
        write(Fsync.ALWAYS);
        for (String file : frames.stream().map(FrameAt::file).distinct().toList()) {
            SimulatedStorage damaged = disk.copy();
            damaged.delete(file);
            LogDamagedException refusal = assertThrows(LogDamagedException.class, () -> Log.check(damaged, new Records()), file);
            assertTrue(refusal.getMessage().contains(file), refusal::getMessage);
        }
    }

    @Test
    void checkpointAndFormat_anyBitFlippedOrCut_areRefused() throws IOException {
        Log log = Log.recover(disk, SMALL, new Records(), false);
        try (Checkpoint checkpoint = log.checkpoint()) {
            for (int i = 0; i < 40; i++) {
                checkpoint.record(Records.bytes("record " + i));
            }
            checkpoint.seal();
            checkpoint.complete();
        }
        disk.restart(false);
        Records whole = new Records();
        Log.check(disk.copy(), whole);
        assertEquals(40, whole.fromCheckpoint.size());
        for (String file : List.of(FileNames.checkpoint(0), FileNames.FORMAT)) {
            byte[] bytes = disk.bytes(file).clone();
            for (int at = 0; at < bytes.length; at++) {
                String where = file + " at " + at;
                for (int bit = 0; bit < Byte.SIZE; bit++) {
                    byte[] flipped = bytes.clone();
                    flipped[at] ^= (byte) (1 << bit);
                    assertRefused(file, flipped, where);
                }
                assertRefused(file, Arrays.copyOf(bytes, at), where);
            }
        }
    }

    private void assertRefused(String file, byte[] bytes, String where) {
        SimulatedStorage damaged = disk.copy();
        damaged.replace(file, bytes);
        IOException refusal = assertThrows(IOException.class, () -> Log.check(damaged, new Records()), where);
        assertTrue(refusal instanceof LogDamagedException || refusal instanceof LogRefusedException, refusal::toString);
    }
}
