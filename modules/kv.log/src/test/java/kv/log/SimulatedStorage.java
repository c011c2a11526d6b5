package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A disk in memory that may crash at any operation. Of what was not forced each sector then has its old bytes, its new ones or
 * some of both; each change of a name has happened or not, whatever came after it.
 *
 * <p>Owner: one thread.
 */
final class SimulatedStorage implements Storage {
    /** The machine, or the process, is gone in the middle of an operation. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("crash", null, false, false);
        }
    }

    private static final int SECTOR_BYTES = 512;

    /** A file's bytes as the kernel shows them and as they are on the disk. */
    private static final class Node {
        byte[] seen = {};
        byte[] forced = {};
        final TreeSet<Integer> dirtySectors = new TreeSet<>();
        int links = 1;

        void write(byte[] source, int length, int position) {
            if (position + length > seen.length) {
                seen = Arrays.copyOf(seen, position + length);
            }
            System.arraycopy(source, 0, seen, position, length);
            for (int at = position / SECTOR_BYTES; at * SECTOR_BYTES < position + length; at++) {
                dirtySectors.add(at);
            }
        }

        void force() {
            if (forced.length != seen.length) {
                forced = Arrays.copyOf(forced, seen.length);
            }
            for (int sector : dirtySectors) {
                copySector(seen, forced, sector, SECTOR_BYTES);
            }
            dirtySectors.clear();
        }

        void crash(Random random) {
            int bytes = seen.length == forced.length || random.nextBoolean() ? seen.length : forced.length;
            byte[] left = Arrays.copyOf(forced, bytes);
            int keep = random.nextInt(5);
            for (int sector : dirtySectors) {
                if (keep == 4 || keep > 0 && random.nextInt(4) < keep) {
                    copySector(seen, left, sector, random.nextInt(8) == 0 ? random.nextInt(SECTOR_BYTES) : SECTOR_BYTES);
                }
            }
            seen = left;
            forced = left.clone();
            dirtySectors.clear();
        }

        private static void copySector(byte[] from, byte[] to, int sector, int count) {
            int start = sector * SECTOR_BYTES;
            int length = Math.min(count, Math.min(from.length, to.length) - start);
            if (length > 0) {
                System.arraycopy(from, start, to, start, length);
            }
        }
    }

    /** A change of names, to be repeated on those that the disk has. */
    private interface NameChange {
        void applyTo(Map<String, Node> names);
    }

    private final Random random;
    private Map<String, Node> names = new TreeMap<>();
    private Map<String, Node> forcedNames = new HashMap<>();
    private final List<NameChange> unforcedChanges = new ArrayList<>();
    private boolean locked;
    private long operations;
    private long crashAt = Long.MAX_VALUE;
    private boolean crashed;
    private long roomBytes = Long.MAX_VALUE;
    private Predicate<String> forgottenForces = name -> false;
    private boolean directoryForcesForgotten;
    private IOException nextForceFailure;
    private Runnable afterRead = () -> { };

    SimulatedStorage(Random random) {
        this.random = random;
    }

    /** Lets the operation after so many more be the last one. */
    void crashAfter(long more) {
        crashAt = operations + more;
    }

    long operations() {
        return operations;
    }

    /** Planted fault: forcing these files does nothing. */
    void forgetForces(Predicate<String> ofNames) {
        forgottenForces = ofNames;
    }

    /** Planted fault. */
    void forgetDirectoryForces() {
        directoryForcesForgotten = true;
    }

    void failNextForce(IOException failure) {
        nextForceFailure = failure;
    }

    /** Something that happens just after each read of a file. */
    void afterRead(Runnable event) {
        afterRead = event;
    }

    /** Lets all files together have so many bytes at most. */
    void limit(long bytes) {
        roomBytes = bytes;
    }

    void addLink(String name) {
        names.get(name).links++;
    }

    byte[] bytes(String name) {
        return names.get(name).seen;
    }

    void replace(String name, byte[] bytes) {
        Node node = new Node();
        node.seen = bytes.clone();
        node.forced = bytes.clone();
        names.put(name, node);
        forcedNames.put(name, node);
    }

    SimulatedStorage copy() {
        SimulatedStorage copy = new SimulatedStorage(random);
        names.forEach((name, node) -> copy.replace(name, node.seen));
        return copy;
    }

    /** Starts the process again; of the machine too if {@code machine}: then only what was forced is there for sure. */
    void restart(boolean machine) {
        if (machine) {
            int keep = random.nextInt(4);
            for (NameChange change : unforcedChanges) {
                if (keep == 3 || random.nextInt(3) < keep) {
                    change.applyTo(forcedNames);
                }
            }
            unforcedChanges.clear();
            names = new TreeMap<>(forcedNames);
            names.values().stream().distinct().forEach(node -> node.crash(random));
        }
        locked = false;
        crashed = false;
        crashAt = Long.MAX_VALUE;
    }

    private void step() {
        if (crashed || operations++ >= crashAt) {
            crashed = true;
            throw new Crash();
        }
    }

    private void change(NameChange change) {
        step();
        change.applyTo(names);
        unforcedChanges.add(change);
        // It may have been done when the crash is noticed.
        if (operations == crashAt && random.nextBoolean()) {
            step();
        }
    }

    @Override
    public List<String> list() {
        return new ArrayList<>(names.keySet());
    }

    @Override
    public StorageFile create(String name) throws IOException {
        Node node = new Node();
        change(map -> map.put(name, node));
        return new File(name, node);
    }

    @Override
    public StorageFile openForReading(String name) throws IOException {
        return openForWriting(name);
    }

    @Override
    public StorageFile openForWriting(String name) throws IOException {
        Node node = names.get(name);
        if (node == null) {
            throw new NoSuchFileException(name);
        }
        return new File(name, node);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Node node = names.get(from);
        if (node == null) {
            throw new NoSuchFileException(from);
        }
        change(map -> {
            map.remove(from, node);
            map.put(to, node);
        });
    }

    @Override
    public void delete(String name) {
        Node node = names.get(name);
        change(map -> map.remove(name, node));
    }

    @Override
    public void forceDirectory() {
        step();
        if (!directoryForcesForgotten) {
            forcedNames = new HashMap<>(names);
            unforcedChanges.clear();
        }
    }

    @Override
    public int links(String name) {
        return names.get(name).links;
    }

    @Override
    public boolean lock(String name, boolean create) {
        boolean free = !locked;
        locked = true;
        return free;
    }

    @Override
    public String toString() {
        return "disk";
    }

    @Override
    public void close() {
        locked = false;
    }

    private final class File implements StorageFile {
        private final String name;
        private final Node node;

        File(String name, Node node) {
            this.name = name;
            this.node = node;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            byte[] bytes = new byte[source.remaining()];
            source.get(source.position(), bytes);
            int written = random.nextInt(8) == 0 && bytes.length > 1 ? 1 + random.nextInt(bytes.length - 1) : bytes.length;
            if (operations >= crashAt && !crashed) {
                // The last write may have got somewhere.
                node.write(bytes, random.nextInt(bytes.length + 1), (int) position);
            }
            step();
            long used = names.values().stream().mapToLong(each -> each.seen.length).sum();
            if (used + Math.max(0, position + written - node.seen.length) > roomBytes) {
                throw new NoRoomException("simulated", null);
            }
            node.write(bytes, written, (int) position);
            source.position(source.position() + written);
            return written;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            if (position >= node.seen.length) {
                return -1;
            }
            int count = (int) Math.min(target.remaining(), node.seen.length - position);
            target.put(node.seen, (int) position, count);
            afterRead.run();
            return count;
        }

        @Override
        public void force(boolean size) throws IOException {
            step();
            if (nextForceFailure != null) {
                IOException failure = nextForceFailure;
                nextForceFailure = null;
                throw failure;
            }
            if (!forgottenForces.test(name)) {
                node.force();
            }
            // Forced or not: the crash comes before the caller knows.
            if (operations == crashAt && random.nextBoolean()) {
                step();
            }
        }

        @Override
        public long size() {
            return node.seen.length;
        }

        @Override
        public void close() {
        }
    }
}
