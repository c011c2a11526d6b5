package kv.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The memory limit of the control groups that this process is in: the smallest one on the path to the root, of version 1 and 2.
 * What a group is throttled at ({@code memory.high}) limits it as well: beyond it the kernel makes every thread wait. Linux only;
 * elsewhere there is none.
 */
final class CgroupLimit {
    /*
     * The files at the root of the cgroup file system are those of the whole machine, or of nothing: a service's or container's
     * limit stands in its own group, or in one above it. Where that lies is told by two files: /proc/self/cgroup names our group
     * in each hierarchy, /proc/self/mountinfo says which part of the hierarchy is mounted where. In a container the two may
     * disagree, since the name may be the host's; then what is mounted is our own group.
     */
    static final long NONE = Long.MAX_VALUE;
    private static final List<String> FILES_2 = List.of("memory.max", "memory.high");
    private static final List<String> FILES_1 = List.of("memory.limit_in_bytes");

    private final Path root;
    private long bytes = NONE;
    private Path file;

    /** @param root the root of the file system; a test has one of its own */
    CgroupLimit(Path root) {
        this.root = root;
        read();
    }

    /** In bytes; {@link #NONE} where nothing limits us. */
    long bytes() {
        return bytes;
    }

    /** Where it stands; null where nothing limits us. */
    Path file() {
        return file;
    }

    private void read() {
        List<String> mounts = lines("proc/self/mountinfo");
        for (String line : lines("proc/self/cgroup")) {
            String[] group = line.split(":", 3); // number, controllers, path
            if (group.length < 3) {
                continue;
            }
            if (group[1].isEmpty()) {
                read(mounts, true, group[2]);
            } else if (hasMemory(group[1])) {
                read(mounts, false, group[2]);
            }
        }
    }

    private void read(List<String> mounts, boolean unified, String group) {
        for (String mount : mounts) {
            int dash = mount.indexOf(" - ");
            String[] fields = mount.split(" "); // number, parent, device, part that is mounted, mount point, options ...
            String[] type = dash < 0 ? new String[0] : mount.substring(dash + 3).split(" "); // kind, source, options of the kind
            if (type.length < 3 || fields.length < 6) {
                continue;
            }
            if (unified ? type[0].equals("cgroup2") : type[0].equals("cgroup") && hasMemory(type[2])) {
                readUpwards(root.resolve(plain(fields[4]).substring(1)), below(plain(fields[3]), group),
                        unified ? FILES_2 : FILES_1);
            }
        }
    }

    /** The group's path below what is mounted; empty if that is the group itself, under another name. */
    private static String below(String mounted, String group) {
        if (group.contains("/..")) {
            return "";
        }
        String prefix = mounted.equals("/") ? "" : mounted;
        return group.startsWith(prefix + "/") ? group.substring(prefix.length()) : "";
    }

    private void readUpwards(Path mountPoint, String group, List<String> names) {
        for (String path = group;; path = path.substring(0, path.lastIndexOf('/'))) {
            for (String name : names) {
                read(mountPoint.resolve(path.substring(Math.min(1, path.length()))).resolve(name));
            }
            if (path.isEmpty()) {
                return;
            }
        }
    }

    private void read(Path limit) {
        for (String line : lines(limit.toString())) {
            // else "max", or version 1's word for it, close to 2^63
            if (line.matches("\\d{1,18}") && Long.parseLong(line) < bytes) {
                bytes = Long.parseLong(line);
                file = limit;
            }
        }
    }

    private static boolean hasMemory(String words) {
        return Arrays.asList(words.split(",")).contains("memory");
    }

    /** As mountinfo writes names: a blank is \040. */
    private static String plain(String name) {
        return name.replace("\\040", " ");
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file));
        } catch (IOException | RuntimeException noSuchFile) {
            return List.of();
        }
    }
}
