package kv.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectMemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int LARGE_BYTES = 128 << 20;

    @Test
    void allocate_size_isZeroedDirectAndNative() {
        DirectMemory memory = DirectMemory.allocate(100_000);
        ByteBuffer buffer = memory.buffer();
        assertTrue(buffer.isDirect());
        assertEquals(ByteOrder.nativeOrder(), buffer.order());
        assertEquals(100_000, memory.bytes());
        while (buffer.hasRemaining()) {
            assertEquals(0, buffer.get());
        }
        memory.free();
    }

    @Test
    void free_afterUse_memoryIsBackAtOnce() throws IOException {
        assumeTrue(Files.exists(STATUS), "needs Linux's /proc");
        long before = residentBytes();
        for (int round = 0; round < 4; round++) {
            DirectMemory memory = DirectMemory.allocate(LARGE_BYTES);
            for (int i = 0; i < LARGE_BYTES; i += 4096) {
                memory.buffer().put(i, (byte) 1);
            }
            long used = residentBytes();
            assertTrue(used - before > LARGE_BYTES * 3L / 4, () -> "round took " + (used - before) + " bytes");
            memory.free();
            long after = residentBytes();
            assertTrue(after - before < LARGE_BYTES / 4, () -> (after - before) + " bytes are still held");
        }
    }

    private static long residentBytes() throws IOException {
        String line = Files.readAllLines(STATUS).stream().filter(text -> text.startsWith("VmRSS:")).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
    }

    @Test
    void free_twice_isRefused() {
        DirectMemory memory = DirectMemory.allocate(10);
        memory.free();
        assertThrows(IllegalStateException.class, memory::free);
    }

    /** By a JVM of its own, since a JDK warns once only. */
    @Test
    void allocateAndFree_ofThisJdk_saysNothing() throws Exception {
        String path = Path.of(DirectMemory.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path", path, "--patch-module", "kv.memory=" + testClasses(), "-m", "kv.memory/kv.memory.OneCycle"))
                .redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals("done\n", said);
        assertEquals(0, process.waitFor());
    }

    private static Path testClasses() {
        return Path.of("target", "test-classes").toAbsolutePath();
    }
}
