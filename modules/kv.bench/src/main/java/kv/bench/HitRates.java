package kv.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Hit rates of the real store, of Caffeine and of a sampled LRU on the same requests, with room for the same number of entries:
 * the table of docs/EVICTION.md, and whether it holds what is promised there.
 *
 * <pre>
 * java -Xmx1500m -XX:MaxDirectMemorySize=3g -cp 'modules/kv.bench/target/classes:modules/kv.bench/target/lib/*' \
 *     kv.bench.HitRates DIRECTORY_OF_TRACES        # files *.txt.gz, a number a line; and three Zipf distributions
 * java ... kv.bench.HitRates                       # the kinds of requests of RequestKinds
 * </pre>
 */
final class HitRates {
    private static final int[] SHARES = {2, 5, 10, 20, 50};
    private static final int CAFFEINE_RUNS = 5;
    /** So that the rooms of short traces are not smaller than the store's structures. */
    private static final int TRACE_VALUE_BYTES = 4096;
    private static final int ZIPF_VALUE_BYTES = 64;
    private static final int ZIPF_KEYS = 1_000_000;
    private static final int ZIPF_REQUESTS = 10_000_000;
    /** Rows of fewer only inform. */
    private static final int KEYS_MIN = 2000;

    private final PrintStream out;
    private int rows;
    private int belowCaffeineByOne;
    private int belowLru;
    private double worst = Double.MAX_VALUE;

    HitRates(PrintStream out) {
        this.out = out;
    }

    /** One row. All in percent. @param held entries in the store, on the average of the second half */
    record Row(int room, double held, double store, double caffeine, double sampledLru) { }

    public static void main(String[] args) throws IOException {
        HitRates table = new HitRates(System.out);
        table.begin();
        if (args.length == 0) {
            RequestKinds.all().forEach(kind -> table.print(kind, TRACE_VALUE_BYTES));
        } else {
            table.printAll(Path.of(args[0]));
        }
        table.end();
    }

    private void printAll(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(file -> file.toString().endsWith(".txt.gz")).sorted().forEach(files::add);
        }
        for (Path file : files) {
            print(RequestTrace.read(file), TRACE_VALUE_BYTES);
        }
        for (double skew : new double[] {0.7, 0.99, 1.2}) {
            print(RequestTrace.zipf(skew, ZIPF_KEYS, ZIPF_REQUESTS), ZIPF_VALUE_BYTES);
        }
    }

    private void begin() {
        out.println("| requests | room | entries | held | store % | Caffeine % | difference | sampled LRU % | difference |");
        out.println("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    }

    private void print(RequestTrace trace, int valueBytes) {
        for (int share : SHARES) {
            Row row = row(trace, (int) Math.max(1, (long) trace.keys() * share / 100), valueBytes);
            double difference = row.store - row.caffeine;
            boolean counts = trace.keys() >= KEYS_MIN;
            out.printf(Locale.ROOT, "| %s | %d %% | %d | %.0f | %.2f | %.2f | %+.2f%s | %.2f | %+.2f |%n", trace.name(), share,
                    row.room, row.held, row.store, row.caffeine, difference, counts ? "" : " (informs)", row.sampledLru,
                    row.store - row.sampledLru);
            if (counts) {
                rows++;
                belowCaffeineByOne += difference < -1 ? 1 : 0;
                belowLru += row.store - row.sampledLru < -0.3 ? 1 : 0;
                worst = Math.min(worst, difference);
            }
        }
    }

    private void end() {
        out.printf(Locale.ROOT, "%nOf %d rows %d are more than a point below Caffeine, the worst by %.2f; %d are more than 0.3 "
                + "below the sampled LRU.%n", rows, belowCaffeineByOne, -worst, belowLru);
    }

    static Row row(RequestTrace trace, int room, int valueBytes) {
        double[] held = new double[1];
        double store = hitRate(trace, () -> new StoreCache(room, valueBytes), held);
        double[] caffeine = new double[CAFFEINE_RUNS];
        for (int i = 0; i < CAFFEINE_RUNS; i++) {
            caffeine[i] = hitRate(trace, () -> new CaffeineCache(room), new double[1]);
        }
        Arrays.sort(caffeine);
        double sampled = hitRate(trace, () -> new SampledLru(room, trace.keyEnd()), new double[1]);
        return new Row(room, held[0], store, caffeine[CAFFEINE_RUNS / 2], sampled);
    }

    private static double hitRate(RequestTrace trace, Supplier<CachePolicy> policy, double[] held) {
        int[] requests = trace.requests();
        long hits = 0;
        int looks = 0;
        double sizes = 0;
        try (CachePolicy cache = policy.get()) {
            for (int i = 0; i < requests.length; i++) {
                hits += cache.request(requests[i]) ? 1 : 0;
                if (i >= requests.length / 2 && i % Math.max(1, requests.length / 20) == 0) {
                    sizes += cache.size();
                    looks++;
                }
            }
        }
        held[0] = sizes / Math.max(1, looks);
        return 100.0 * hits / requests.length;
    }
}
