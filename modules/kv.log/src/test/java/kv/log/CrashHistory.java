package kv.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A toy store on a log on a simulated disk, driven by a seed through changes, checkpoints and crashes, with all cranks turned
 * by hand. After each crash the store must be as it was after some number of records, and not less than were known to be
 * durable.
 */
final class CrashHistory {
    private static final int KEYS = 8;
    private static final int SEGMENT_BYTES = 6 * Frame.BLOCK_BYTES;
    private static final int LARGE_BYTES = 1500;
    private static final LogConfig SMALL = new LogConfig(Fsync.ALWAYS, SEGMENT_BYTES, 1 << 13, 2 * Frame.BLOCK_BYTES, LARGE_BYTES,
            4L * LargeMemory.CHUNK_BYTES, () -> 1, new LogListener() { }, LogMemory.COLLECTED);

    private final Random random;
    private final SimulatedStorage disk;
    private final TestMemory memory;
    private final LogConfig config;
    /** The store after each number of records: the value of a key is the number of the record that wrote it. */
    private final List<Map<Integer, Integer>> states = new ArrayList<>();
    /** Where each record ended in the log of this life; 0 for those of former lives. */
    private final List<Long> ends = new ArrayList<>();
    private int durableRecords;
    private long nanoTime;
    private int crashes;
    private int completed;

    private Log log;
    private Appender appender;
    private Checkpoint checkpoint;
    private int nextKeyToVisit;
    private long sealedAt;

    CrashHistory(long seed, Fsync fsync, TestMemory memory) {
        this.random = new Random(seed);
        this.disk = new SimulatedStorage(random);
        this.memory = memory;
        this.config = SMALL.withFsync(fsync).withMemory(memory);
        states.add(Map.of());
        ends.add(0L);
    }

    SimulatedStorage disk() {
        return disk;
    }

    /** Crashes so far. */
    int crashes() {
        return crashes;
    }

    /** Checkpoints completed so far. */
    int checkpoints() {
        return completed;
    }

    /** A number of lives, each ended by a crash. */
    void run(int lives) throws IOException {
        disk.crashAfter(random.nextInt(4) == 0 ? random.nextInt(20) : Long.MAX_VALUE / 2);
        for (int life = 0; life < lives; life++) {
            try {
                recover();
                disk.crashAfter(random.nextInt(random.nextBoolean() ? 20 : 120));
                for (int i = 0; i < 1000; i++) {
                    step();
                }
            } catch (SimulatedStorage.Crash crash) {
                crashes++;
                noteDurable();
                restart();
            }
        }
        recover();
    }

    private void restart() {
        log = null;
        memory.takeAllBack();
        disk.restart(random.nextInt(4) > 0);
        // A second crash, while it recovers.
        disk.crashAfter(random.nextInt(3) == 0 ? random.nextInt(12) : Long.MAX_VALUE / 2);
    }

    private void recover() throws IOException {
        while (true) {
            Map<Integer, Integer> found = new TreeMap<>();
            try {
                log = Log.recover(disk, config, new ToyReplay(found), false);
                accept(found);
                return;
            } catch (SimulatedStorage.Crash again) {
                crashes++;
                restart();
            }
        }
    }

    private void accept(Map<Integer, Integer> found) {
        int records = states.size() - 1;
        while (records >= durableRecords && !states.get(records).equals(found)) {
            records--;
        }
        assertTrue(records >= durableRecords, () -> found + " is no state after " + durableRecords + " or more records of "
                + states);
        states.subList(records + 1, states.size()).clear();
        ends.clear();
        for (int i = 0; i <= records; i++) {
            ends.add(0L);
        }
        durableRecords = records;
        appender = log.appender();
        checkpoint = null;
    }

    private void noteDurable() {
        for (int i = durableRecords; log != null && i < ends.size() && ends.get(i) <= log.durablePosition(); i++) {
            durableRecords = i;
        }
    }

    private void step() throws IOException {
        nanoTime += random.nextInt(200_000_000);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> append(1 + random.nextInt(random.nextInt(4) == 0 ? 3 : 1), random.nextInt(60));
            case 5 -> append(1, random.nextInt(2 * LARGE_BYTES));
            case 6 -> append(1, random.nextInt(random.nextInt(5) == 0 ? 40_000 : 3000));
            case 7 -> log.keeper.work();
            case 8 -> log.whenDurable(new NoWaiter(), ends.get(ends.size() - 1));
            case 9, 10, 11 -> checkpointStep();
            default -> log.writer.turn(nanoTime);
        }
        noteDurable();
    }

    /**
     * One record with some effects, each of them: key, number of the record or 0 for none; and a tail of bytes that mean
     * nothing.
     */
    private void append(int effects, int tail) {
        int bytes = 1 + effects * 5 + tail;
        boolean group = effects > 1 || random.nextInt(4) == 0;
        if (log.room.free() < 2 * LARGE_BYTES || log.largeMemory.room().free() < LargeMemory.CHUNK_BYTES) {
            return;
        }
        Admission admission = group ? appender.takeGroup(bytes, true) : appender.take(bytes);
        assertTrue(admission == Admission.TAKEN, admission::toString);
        int number = states.size();
        Map<Integer, Integer> state = new TreeMap<>(states.get(number - 1));
        if (group) {
            appender.beginGroup();
        } else {
            appender.begin(bytes);
        }
        appender.putByte(effects);
        for (int i = 0; i < effects; i++) {
            int key = random.nextInt(KEYS);
            boolean delete = random.nextInt(5) == 0;
            appender.putByte(key);
            appender.putInt(delete ? 0 : number);
            if (delete) {
                state.remove(key);
            } else {
                state.put(key, number);
            }
        }
        byte[] rest = new byte[tail];
        random.nextBytes(rest);
        appender.put(ByteBuffer.wrap(rest), 0, tail);
        ends.add(appender.end());
        states.add(state);
    }

    private void checkpointStep() throws IOException {
        if (checkpoint == null) {
            checkpoint = log.checkpoint();
            nextKeyToVisit = 0;
            sealedAt = -1;
        } else if (nextKeyToVisit < KEYS) {
            Integer value = states.get(states.size() - 1).get(nextKeyToVisit);
            if (value != null) {
                checkpoint.record(ByteBuffer.allocate(6).order(Frame.order()).put((byte) 1).put((byte) nextKeyToVisit)
                        .putInt(value).flip());
            }
            nextKeyToVisit++;
        } else if (sealedAt < 0) {
            sealedAt = checkpoint.seal();
            log.whenDurable(new NoWaiter(), sealedAt);
        } else if (log.durablePosition() >= sealedAt) {
            checkpoint.complete();
            checkpoint = null;
            completed++;
        } else if (random.nextInt(20) == 0) {
            checkpoint.close();
            checkpoint = null;
        }
    }

    private static final class NoWaiter extends DurabilityWaiter {
        @Override
        protected void durable() {
            // The positions are compared instead.
        }
    }

    private static final class ToyReplay implements Replay {
        private final Map<Integer, Integer> found;

        ToyReplay(Map<Integer, Integer> found) {
            this.found = found;
        }

        @Override
        public void checkpointRecord(ByteBuffer record) {
            record(record);
        }

        @Override
        public void record(ByteBuffer record) {
            ByteBuffer bytes = record.duplicate().order(Frame.order());
            for (int effects = bytes.get(); effects > 0; effects--) {
                int key = bytes.get();
                int value = bytes.getInt();
                if (value == 0) {
                    found.remove(key);
                } else {
                    found.put(key, value);
                }
            }
        }
    }
}
