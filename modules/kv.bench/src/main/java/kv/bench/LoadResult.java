package kv.bench;

import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;
import kv.stats.LatencySnapshot;

/**
 * What a run has measured. Errors and mismatches count those of all phases, all else the measured one only.
 *
 * @param preloadSeconds that setting all keys took; 0 if that was not asked for
 * @param seconds from the start of the measured phase to its last reply; 0 if nothing was measured
 */
record LoadResult(LoadOptions options, double preloadSeconds, double seconds, long gets, long sets, long hits, long misses,
        long unsent, long errors, long mismatches, LatencySnapshot latencies, CpuUse cpu) {

    /** The sum over all threads. */
    static LoadResult of(LoadOptions options, double preloadSeconds, double seconds, long earlierErrors, long earlierMismatches,
            List<Tally> tallies, CpuUse cpu) {
        LatencySnapshot latencies = new LatencySnapshot();
        tallies.forEach(tally -> latencies.add(tally.latencies));
        return new LoadResult(options, preloadSeconds, seconds, sum(tallies, tally -> tally.gets.get()),
                sum(tallies, tally -> tally.sets.get()), sum(tallies, tally -> tally.hits.get()),
                sum(tallies, tally -> tally.misses.get()), sum(tallies, tally -> tally.unsent.get()),
                earlierErrors + sum(tallies, tally -> tally.errors.get()),
                earlierMismatches + sum(tallies, tally -> tally.mismatches.get()), latencies, cpu);
    }

    long ops() {
        return gets + sets;
    }

    boolean isAllRight() {
        return errors + mismatches == 0;
    }

    /** Times in microseconds as named. */
    JsonLine toJson() throws IOException {
        double time = seconds > 0 ? seconds : 1;
        double count = Math.max(1, ops());
        JsonLine line = new JsonLine().put("proto", options.protocol().label()).put("connections", options.connections())
                .put("threads", options.threads()).put("pipeline", options.pipeline()).put("keys", options.keys())
                .put("skew", options.skew(), 2).put("key_size", options.keySize()).put("value_size", options.valueSize())
                .put("get_ratio", options.getRatio(), 3).put("rate", options.ratePerSecond(), 0).put("seed", options.seed())
                .put("preload_s", preloadSeconds, 3)
                .put("seconds", seconds, 3).put("ops", ops()).put("ops_per_s", ops() / time, 0).put("gets", gets).put("sets",
                sets) .put("hits", hits).put("misses", misses).put("errors", errors).put("mismatches", mismatches).put("unsent",
                unsent) .put("mean_us", latencies.meanNanos() / 1e3, 1).put("p50_us", latencies.percentileNanos(50) / 1e3, 1)
                .put("p90_us", latencies.percentileNanos(90) / 1e3, 1).put("p99_us", latencies.percentileNanos(99) / 1e3, 1)
                .put("p999_us", latencies.percentileNanos(99.9) / 1e3, 1).put("max_us", latencies.maxNanos() / 1e3, 1)
                .put("client_cpu_us_per_op", cpu.client() * 1e6 / count, 3).put("client_cores", cpu.client() / time, 2);
        if (options.serverPid() != 0) {
            line.put("server_cpu_us_per_op", cpu.server() * 1e6 / count, 3).put("server_cores", cpu.server() / time, 2)
                    .put("other_cores", cpu.others() / time, 2)
                    .put("server_rss_kib", ProcFiles.processKib(options.serverPid(), "VmRSS"));
        }
        return line;
    }

    private static long sum(List<Tally> tallies, ToLongFunction<Tally> figure) {
        return tallies.stream().mapToLong(figure).sum();
    }
}
