package kv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FrequencySketchTest {
    private static final int KEYS = 10_000;

    private final FrequencySketch sketch = new FrequencySketch(1);
    private final Random random = new Random(8);

    private void grow(long keys) {
        sketch.grow(new long[sketch.missingLongs(keys)]);
    }

    @Test
    void missingLongs_moreKeys_growsToAnEighthOfTheHeap() {
        for (int shards : new int[] {1, 256, 1 << 16}) {
            long bytes = (long) new FrequencySketch(shards).missingLongs(1 << 30) * Long.BYTES * shards;
            assertTrue(bytes <= Runtime.getRuntime().maxMemory() / 8, shards + " shards: " + bytes + " bytes");
            assertTrue(bytes >= Math.min(512L << 10, Runtime.getRuntime().maxMemory() / 17), shards + " shards: " + bytes);
        }
        grow(KEYS);
        assertEquals(0, sketch.missingLongs(KEYS));
    }

    @Test
    void count_keysInDemandAmongOnesAskedForOnce_isNearTheTruth() {
        grow(KEYS);
        long[] hot = random.longs(100).toArray();
        for (int i = 0; i < KEYS; i++) {
            sketch.add(random.nextLong(), 1, KEYS);
            if (i % 1000 == 0) {
                for (long hash : hot) {
                    sketch.add(hash, 1, KEYS);
                }
            }
        }
        for (long hash : hot) {
            assertTrue(sketch.count(hash) >= 10, "never less than it was");
        }
        int wrong = 0;
        for (int i = 0; i < KEYS; i++) {
            wrong += sketch.count(random.nextLong()) > 1 ? 1 : 0;
        }
        assertTrue(wrong < KEYS / 50, wrong + " of keys that were never asked for count as if they had been asked for twice");
    }

    @Test
    void add_periodsLater_whatWasInDemandIsForgotten() {
        grow(KEYS);
        long hash = random.nextLong();
        sketch.add(hash, 15, KEYS);
        for (int i = 0; i < 10 * 24 * KEYS; i++) {
            sketch.add(random.nextInt(KEYS) * 0x9e3779b97f4a7c15L, 1, KEYS);
        }
        assertTrue(sketch.count(hash) < 8, "still " + sketch.count(hash));
    }

    @Test
    void grow_keysThatWereCounted_countAsBefore() {
        grow(KEYS);
        long[] hashes = random.longs(1000).toArray();
        for (long hash : hashes) {
            sketch.add(hash, 5, KEYS);
        }
        grow(20 * KEYS);
        for (long hash : hashes) {
            assertTrue(sketch.count(hash) >= 5);
        }
    }
}
