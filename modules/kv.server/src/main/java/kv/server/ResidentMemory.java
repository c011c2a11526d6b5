package kv.server;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kv.memory.DirectMemory;
import kv.store.StoreStats;

/** What the memory of this process that is in the machine's is made of. Any thread. In bytes. */
final class ResidentMemory {
    /*
     * Each kind is told by whoever has it, and the last is what is left: the JVM's own tables, what its compiler works in, what
     * the C library keeps. Were a kind told as more than it is, the sum would be more than the whole, which a test would notice.
     *
     * The heap is not what it may use, nor what it uses now, but what it has ever touched and not given back. A thread's stack
     * takes about 60 KiB, most of it the compilers'. The kernel knows the mappings, but to ask it costs milliseconds a gigabyte.
     */
    private static final long STACK_BYTES = 60 << 10;

    private static final List<MemoryPoolMXBean> MEMORY_POOLS = ManagementFactory.getMemoryPoolMXBeans();
    private static final List<BufferPoolMXBean> BUFFER_POOLS = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);

    private ResidentMemory() {
    }

    static Map<String, Long> byKind(StoreStats store, long indexBytes, long bufferBytes) {
        Map<String, Long> kinds = new LinkedHashMap<>();
        kinds.put("data", store.memoryUsedBytes() - indexBytes);
        kinds.put("index", indexBytes);
        kinds.put("free", store.memoryReservedBytes() - store.memoryUsedBytes());
        kinds.put("buffers", bufferBytes);
        kinds.put("direct", directBytes(store.memoryReservedBytes() + bufferBytes));
        long heap = 0;
        long code = 0;
        long classes = 0;
        for (MemoryPoolMXBean pool : MEMORY_POOLS) {
            if (pool.getType() == MemoryType.HEAP) {
                heap += Math.min(pool.getUsage().getCommitted(), pool.getPeakUsage().getUsed());
            } else if (pool.getName().startsWith("Code")) {
                code += pool.getUsage().getUsed();
            } else if (pool.getName().equals("Metaspace")) { // those for compressed pointers are in it
                classes += pool.getUsage().getUsed();
            }
        }
        kinds.put("heap", heap);
        kinds.put("code", code);
        kinds.put("classes", classes);
        ProcessFiles.Reading process = ProcessFiles.reading();
        kinds.put("stacks", process.threads() * STACK_BYTES);
        kinds.put("files", process.fileBytes());
        long sum = kinds.values().stream().mapToLong(Long::longValue).sum();
        kinds.put("rest", Math.max(0, process.use().residentBytes() - sum));
        return kinds;
    }

    /** Of the log, and of who reads and writes files and sockets with arrays: all direct buffers but these. */
    private static long directBytes(long ours) {
        for (BufferPoolMXBean pool : BUFFER_POOLS) {
            if (pool.getName().equals("direct")) {
                return Math.max(0, pool.getMemoryUsed() - (DirectMemory.isCountedByJvm() ? ours : 0));
            }
        }
        return 0;
    }
}
