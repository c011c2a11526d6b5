package kv.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/**
 * Requests for keys, which are numbers from 0 on, in their order.
 *
 * @param keys how many different ones there are
 */
record RequestTrace(String name, int[] requests, int keys) {
    /** From a file with a key a line, gzip. */
    static RequestTrace read(Path file) throws IOException {
        int[] requests = new int[1 << 16];
        int count = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(Files.newInputStream(file))))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (count == requests.length) {
                    requests = Arrays.copyOf(requests, 2 * count);
                }
                requests[count++] = Integer.parseInt(line.trim());
            }
        }
        BitSet seen = new BitSet();
        requests = Arrays.copyOf(requests, count);
        for (int key : requests) {
            seen.set(key);
        }
        return new RequestTrace(file.getFileName().toString().replace(".txt.gz", ""), requests, seen.cardinality());
    }

    /** By chance: the key that is asked for most is asked for k^skew times as often as the k-th. */
    static RequestTrace zipf(double skew, int keys, int count) {
        double[] sums = new double[keys];
        double sum = 0;
        for (int i = 0; i < keys; i++) {
            sum += 1 / Math.pow(i + 1, skew);
            sums[i] = sum;
        }
        SplittableRandom random = new SplittableRandom(7);
        int[] requests = new int[count];
        for (int i = 0; i < count; i++) {
            int found = Arrays.binarySearch(sums, random.nextDouble() * sum);
            requests[i] = Math.min(keys - 1, found < 0 ? -found - 1 : found);
        }
        return new RequestTrace("Zipf " + skew, requests, keys);
    }

    int keyEnd() {
        return Arrays.stream(requests).max().orElse(0) + 1;
    }
}
