package kv.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyChoiceTest {
    private static final int KEYS = 1000;
    private static final int REQUESTS = 1_000_000;

    private static int[] counts(double skew) {
        KeyChoice choice = new KeyChoice(KEYS, skew);
        SplittableRandom random = new SplittableRandom(3);
        int[] counts = new int[KEYS];
        for (int i = 0; i < REQUESTS; i++) {
            counts[choice.key(random.nextLong())]++;
        }
        return counts;
    }

    @Test
    void key_withoutSkew_allAreAsLikely() {
        for (int count : counts(0)) {
            assertEquals(REQUESTS / KEYS, count, 200);
        }
    }

    @Test
    void key_withSkew_theFirstAreLikelierAsZipfSays() {
        int[] counts = counts(0.99);
        double sum = 0;
        for (int i = 1; i <= KEYS; i++) {
            sum += Math.pow(i, -0.99);
        }
        for (int k : new int[] {1, 2}) {
            assertEquals(REQUESTS * Math.pow(k, -0.99) / sum, counts[k - 1], 0.01 * REQUESTS);
        }
        int tenth = 0;
        double due = 0;
        for (int k = 1; k <= KEYS / 10; k++) {
            tenth += counts[k - 1];
            due += REQUESTS * Math.pow(k, -0.99) / sum;
        }
        assertEquals(due, tenth, 0.02 * REQUESTS);
    }

    @Test
    void key_oneKey_isThat() {
        assertEquals(0, new KeyChoice(1, 0.5).key(-1));
        assertEquals(0, new KeyChoice(1, 0).key(-1));
    }
}
