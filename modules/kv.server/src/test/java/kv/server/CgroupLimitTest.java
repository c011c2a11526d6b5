package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees of files as machines and containers show them. */
class CgroupLimitTest {
    private static final String VERSION_2 = "29 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

    @TempDir
    Path root;

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private long limit() {
        return new CgroupLimit(root).bytes();
    }

    @Test
    void noSuchFiles_none() {
        assertEquals(CgroupLimit.NONE, limit());
    }

    @Test
    void version2_ownGroup_itsLimit() throws IOException {
        file("proc/self/mountinfo", VERSION_2);
        file("proc/self/cgroup", "0::/system.slice/kv-server.service\n");
        file("sys/fs/cgroup/system.slice/memory.max", "max\n");
        file("sys/fs/cgroup/system.slice/kv-server.service/memory.max", "314572800\n");
        assertEquals(314_572_800, limit());
    }

    @Test
    void version2_groupAbove_smallestOnThePath() throws IOException {
        file("proc/self/mountinfo", VERSION_2);
        file("proc/self/cgroup", "0::/a/b/c\n");
        file("sys/fs/cgroup/a/memory.max", "1000000\n");
        file("sys/fs/cgroup/a/b/memory.max", "3000000\n");
        file("sys/fs/cgroup/a/b/c/memory.max", "2000000\n");
        assertEquals(1_000_000, limit());
    }

    @Test
    void version2_throttledEarlier_thatLimitAndItsFile() throws IOException {
        file("proc/self/mountinfo", VERSION_2);
        file("proc/self/cgroup", "0::/a/b\n");
        file("sys/fs/cgroup/a/memory.high", "700000\n");
        file("sys/fs/cgroup/a/b/memory.max", "1000000\n");
        file("sys/fs/cgroup/a/b/memory.high", "max\n");
        CgroupLimit limit = new CgroupLimit(root);
        assertEquals(700_000, limit.bytes());
        assertEquals(root.resolve("sys/fs/cgroup/a/memory.high"), limit.file());
    }

    @Test
    void version1_groupWithinAContainerThatSeesTheHostsName_isFound() throws IOException {
        file("proc/self/mountinfo", "735 1 0:32 /docker/4f /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
        file("proc/self/cgroup", "4:memory:/docker/4f/inner\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        file("sys/fs/cgroup/memory/inner/memory.limit_in_bytes", "52428800\n");
        assertEquals(52_428_800, limit());
    }

    @Test
    void version2_namespaceOfItsOwn_whatIsMounted() throws IOException {
        file("proc/self/mountinfo", VERSION_2);
        file("proc/self/cgroup", "0::/\n");
        file("sys/fs/cgroup/memory.max", "268435456\n");
        assertEquals(268_435_456, limit());
    }

    @Test
    void version2_outsideOfTheNamespace_whatIsMounted() throws IOException {
        file("proc/self/mountinfo", VERSION_2);
        file("proc/self/cgroup", "0::/../../other\n");
        file("sys/fs/cgroup/memory.max", "4096\n");
        assertEquals(4096, limit());
    }

    @Test
    void version1_ownGroup_itsLimit() throws IOException {
        file("proc/self/mountinfo", "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
                + "36 31 0:33 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n");
        file("proc/self/cgroup", "5:cpu:/x\n4:memory:/x/y\n0::/\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        file("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9223372036854771712\n");
        file("sys/fs/cgroup/memory/x/y/memory.limit_in_bytes", "104857600\n");
        assertEquals(104_857_600, limit());
    }

    @Test
    void version1_containerThatSeesTheHostsName_itsOwnGroupIsMounted() throws IOException {
        file("proc/self/mountinfo", "735 1 0:32 /docker/4f /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
        file("proc/self/cgroup", "4:memory:/docker/4f\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "52428800\n");
        assertEquals(52_428_800, limit());
    }

    @Test
    void mountPointWithABlank_isFound() throws IOException {
        file("proc/self/mountinfo", "29 22 0:26 / /mnt/c\\040g rw - cgroup2 none rw\n");
        file("proc/self/cgroup", "0::/a\n");
        file("mnt/c g/a/memory.max", "77\n");
        assertEquals(77, limit());
    }
}
