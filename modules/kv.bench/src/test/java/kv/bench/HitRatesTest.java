package kv.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The store's hit rates, in short; the long form is {@link HitRates}. The bounds are wide: with so few keys the store's rate
 * moves by a point with its seed, and Caffeine's by as much.
 */
class HitRatesTest {
    @Test
    void zipf_roomForATenth_isNearCaffeineAndAboveSampledLru() {
        HitRates.Row row = HitRates.row(RequestTrace.zipf(0.99, 100_000, 500_000), 10_000, 64);
        assertTrue(row.store() > row.caffeine() - 3, row.toString());
        assertTrue(row.store() > row.sampledLru() + 1, row.toString());
        assertTrue(row.held() > 9000, row.toString());
    }

    /** Each tenth of the requests is for another tenth of the keys. */
    @Test
    void demandThatMoves_isFollowed() {
        int[] requests = RequestTrace.zipf(0.99, 20_000, 500_000).requests();
        for (int i = 0; i < requests.length; i++) {
            requests[i] += i / (requests.length / 10) * 20_000;
        }
        HitRates.Row row = HitRates.row(new RequestTrace("moving", requests, 200_000), 4000, 64);
        assertTrue(row.store() > row.caffeine() - 3, row.toString());
    }

    /** In the midst of it, a scan of ten times the room. */
    @Test
    void scan_tenTimesTheRoom_costsLittle() {
        int[] before = RequestTrace.zipf(0.99, 20_000, 200_000).requests();
        int[] scan = new int[40_000];
        Arrays.setAll(scan, i -> 20_000 + i);
        try (StoreCache cache = new StoreCache(4000, 64)) {
            double usual = hitRate(cache, before);
            double again = hitRate(cache, before);
            hitRate(cache, scan);
            double after = hitRate(cache, before);
            assertTrue(after > again - 3, usual + ", " + again + ", after the scan " + after);
        }
    }

    /** Each key four times within some four thousand requests, and never again: 22 points below with an eighth for the young. */
    @Test
    void bursts_areKeptWhileTheyLast() {
        Random random = new Random(4);
        int[] requests = new int[200_000];
        for (int i = 0; i < requests.length; i++) {
            requests[i] = i / 4 + random.nextInt(1000);
        }
        HitRates.Row row = HitRates.row(new RequestTrace("bursts", requests, requests.length / 4), 2000, 4096);
        assertTrue(row.store() > row.sampledLru() - 5, row.toString());
    }

    private static double hitRate(CachePolicy cache, int[] requests) {
        int hits = 0;
        for (int key : requests) {
            hits += cache.request(key) ? 1 : 0;
        }
        return 100.0 * hits / requests.length;
    }
}
