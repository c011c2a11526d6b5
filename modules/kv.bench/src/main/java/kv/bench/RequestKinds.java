package kv.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Kinds of requests, to find where the policy is weak: the second table of docs/EVICTION.md. The young pages' share was tried on
 * such ones, so that table is no test of it on what it has never seen.
 */
final class RequestKinds {
    private static final int COUNT = 400_000;
    private static final int ZIPF_KEYS = 10_000;
    private static final double ZIPF_SKEW = 0.9;
    private static final int SEED = 5;

    private final SplittableRandom random = new SplittableRandom(SEED);
    /** Of the keys from 0 to {@value #ZIPF_KEYS}. */
    private final int[] zipf = RequestTrace.zipf(ZIPF_SKEW, ZIPF_KEYS, COUNT).requests();

    private RequestKinds() { }

    static List<RequestTrace> all() {
        RequestKinds kinds = new RequestKinds();
        return List.of(trace("bursts", kinds.bursts()), trace("stack distances", kinds.stackDistances()),
                trace("drift", kinds.drift()), trace("phases", kinds.phases()), trace("Zipf and loop", kinds.zipfAndLoop()),
                trace("Zipf and once", kinds.zipfAndOnce()), trace("Zipf and scans", kinds.zipfAndScans()));
    }

    private static RequestTrace trace(String name, int[] requests) {
        return new RequestTrace(name, requests, (int) Arrays.stream(requests).distinct().count());
    }

    /** A request that is due; the earliest is the first. */
    private record Due(int at, int key) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Integer.compare(at, other.at);
        }
    }

    /** Each key 2 to 6 times within 3,000 requests, then never. */
    private int[] bursts() {
        int[] requests = new int[COUNT];
        PriorityQueue<Due> due = new PriorityQueue<>();
        int key = 0;
        for (int i = 0; i < COUNT; i++) {
            if (!due.isEmpty() && due.peek().at <= i) {
                requests[i] = due.remove().key;
                continue;
            }
            requests[i] = key;
            for (int again = random.nextInt(1, 6); again > 0; again--) {
                due.add(new Due(i + random.nextInt(1, 3_001), key));
            }
            key++;
        }
        return requests;
    }

    /** What was asked for so many other keys ago, log-normal: median 665, an eighth beyond 4,000; 200,000 requests. */
    private int[] stackDistances() {
        int[] requests = new int[COUNT / 2];
        Random gaussian = new Random(SEED);
        List<Integer> stack = new ArrayList<>();
        int key = 0;
        for (int i = 0; i < requests.length; i++) {
            int distance = (int) Math.exp(6.5 + 1.6 * gaussian.nextGaussian());
            requests[i] = distance < stack.size() ? stack.remove(stack.size() - 1 - distance) : key++;
            stack.add(requests[i]);
        }
        return requests;
    }

    /** Zipf 0.8 over 5,000 ranks; every 20 requests one of them has a new key. */
    private int[] drift() {
        int ranks = ZIPF_KEYS / 2;
        int[] chosen = RequestTrace.zipf(0.8, ranks, COUNT).requests();
        int[] keys = new int[ranks];
        Arrays.setAll(keys, i -> i);
        int key = ranks;
        for (int i = 0; i < COUNT; i++) {
            if (i % 20 == 0) {
                keys[random.nextInt(ranks)] = key++;
            }
            chosen[i] = keys[chosen[i]];
        }
        return chosen;
    }

    /** All others after 80,000 requests. */
    private int[] phases() {
        int[] requests = new int[COUNT];
        Arrays.setAll(requests, i -> i / 80_000 * ZIPF_KEYS + zipf[i]);
        return requests;
    }

    private int[] zipfAndLoop() {
        int[] requests = new int[COUNT];
        Arrays.setAll(requests, i -> i % 2 == 1 ? zipf[i] : ZIPF_KEYS + i / 2 % 8_000);
        return requests;
    }

    private int[] zipfAndOnce() {
        int[] requests = new int[COUNT];
        Arrays.setAll(requests, i -> i % 2 == 1 ? zipf[i] : ZIPF_KEYS + i);
        return requests;
    }

    /** After 40,000 requests each a scan over the same 20,000 keys. */
    private int[] zipfAndScans() {
        int[] requests = new int[COUNT];
        Arrays.setAll(requests, i -> i % 60_000 < 40_000 ? zipf[i] : ZIPF_KEYS + i % 60_000 - 40_000);
        return requests;
    }
}
