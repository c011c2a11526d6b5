package kv.commands;

import java.util.LinkedHashMap;
import java.util.Map;
import kv.store.StoreStats;

/** MEMORY STATS and MEMORY DOCTOR: where memory goes. */
final class MemoryCommands {
    private static final double NEARLY_FULL = 0.95;
    private static final double SPARSE = 2.0;
    private static final long WORTH_A_WORD_BYTES = 64L << 20;

    private MemoryCommands() {
    }

    /** In Redis's names where the figure is the same, ours beside them; bytes unless the name says otherwise. */
    static void stats(CommandContext c) {
        StoreStats store = c.server.store.stats();
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        long buffers = c.server.view.traffic().bufferBytes();
        long resident = c.server.view.process().residentBytes();
        Map<String, Long> bytes = new LinkedHashMap<>();
        bytes.put("total.allocated", store.memoryReservedBytes() + buffers + heap);
        bytes.put("store.used", store.memoryUsedBytes());
        bytes.put("store.reserved", store.memoryReservedBytes());
        bytes.put("store.limit", store.memoryLimitBytes());
        bytes.put("clients.normal", buffers);
        bytes.put("heap.used", heap);
        bytes.put("heap.limit", runtime.maxMemory());
        bytes.put("keys.count", store.keys());
        bytes.put("keys.bytes-per-key", store.keys() == 0 ? 0 : store.memoryUsedBytes() / store.keys());
        bytes.put("dataset.bytes", store.valueBytes());
        bytes.put("allocator.resident", resident);
        c.server.view.residentByKind(store, c.server.store.indexBytes())
                .forEach((kind, size) -> bytes.put("resident." + kind, size));
        c.resp.mapHeader(bytes.size() + 2);
        bytes.forEach((name, value) -> {
            c.resp.bulk(name);
            c.resp.integer(value);
        });
        c.resp.bulk("dataset.percentage");
        c.resp.doubleValue(100.0 * store.valueBytes() / Math.max(1, store.memoryUsedBytes()));
        c.resp.bulk("fragmentation");
        c.resp.doubleValue((double) resident / Math.max(1, store.memoryUsedBytes()));
    }

    /** What is worth saying about memory, for people. */
    static void doctor(CommandContext c) {
        StoreStats store = c.server.store.stats();
        StringBuilder text = new StringBuilder();
        if (store.memoryUsedBytes() > NEARLY_FULL * store.memoryLimitBytes()) {
            text.append("* The store is nearly full: ").append(percent(store.memoryUsedBytes(), store.memoryLimitBytes()))
                    .append(" of max-memory are used. Beyond it writes are refused.\n");
        }
        if (store.memoryReservedBytes() > SPARSE * store.memoryUsedBytes()
                && store.memoryReservedBytes() > WORTH_A_WORD_BYTES) {
            text.append("* The store holds ").append(store.memoryReservedBytes() >> 20).append(" MiB of which ")
                    .append(store.memoryUsedBytes() >> 20)
                    .append(" MiB are used: it held more before. What is not needed goes back within seconds.\n");
        }
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        if (heap > NEARLY_FULL * runtime.maxMemory()) {
            text.append("* The JVM's heap is nearly full: ").append(percent(heap, runtime.maxMemory())).append(".\n");
        }
        c.resp.verbatim(text.isEmpty() ? "Nothing is wrong with memory.\n" : text.toString());
    }

    private static String percent(long part, long whole) {
        return Math.round(100.0 * part / Math.max(1, whole)) + " %";
    }
}
