package kv.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import kv.journal.StoreModel.Entry;
import kv.log.Checkpoint;
import kv.log.CrankedLog;
import kv.log.Fsync;
import kv.store.Access;
import kv.store.Eviction;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.StoreClock;
import kv.store.StoreConfig;
import kv.store.StoreMemory;
import kv.store.StoreSession;

/**
 * A store on a log on a simulated disk, driven by a seed through commands of a client in several databases, transactions and
 * scripts among them, reads, evictions, passing time, checkpoints and crashes. After each crash the store must be as it was after
 * some command, with all that was durable and all that a reader was told; each command is one record, so no half of one is found.
 *
 * <p>Owner: one thread, which turns all cranks.
 */
final class StoreHistory {
    /** What a history is to do wrong, to see that it is noticed. */
    enum Fault { NONE, NO_SEGMENT_FORCE, NO_DIRECTORY_FORCE, NO_CHECKPOINT_FORCE, RENAME_BEFORE_LOG_FORCE, READS_LET_THROUGH }

    private static final int KEYS = RandomCommands.KEYS;
    private static final int DATABASES = RandomCommands.DATABASES;
    private static final long NANOS = 1_000_000;
    private static final StoreLogListener QUIET = new StoreLogListener() { };

    private final Random random;
    private final Fault fault;
    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    private final CrankedLog cranks;
    private final StoreModel model = new StoreModel();
    private final RandomCommands commands;
    /** Where nothing is evicted, most keys are read without their lock. */
    private final Eviction eviction;
    private KeyValueStore store;
    private StoreLog log;
    private StoreSession session;
    private Keys keys;
    private OneClient client;
    private int crashes;
    private int checkpoints;
    private int answeredReads;

    StoreHistory(long seed, Fsync fsync, Fault fault) {
        this.random = new Random(seed);
        this.commands = new RandomCommands(random);
        this.eviction = random.nextBoolean() ? Eviction.ALL : Eviction.NONE;
        this.fault = fault;
        this.cranks = new CrankedLog(random, fsync, () -> store == null ? now.get() : store.nowMillis());
        switch (fault) {
            case NO_SEGMENT_FORCE -> cranks.forgetForces("", ".log");
            case NO_DIRECTORY_FORCE -> cranks.forgetDirectoryForces();
            case NO_CHECKPOINT_FORCE -> cranks.forgetForces("checkpoint", "");
            default -> { }
        }
    }

    int crashes() {
        return crashes;
    }

    int checkpoints() {
        return checkpoints;
    }

    int answeredReads() {
        return answeredReads;
    }

    /** A number of lives, each ended by a crash. */
    void run(int lives) throws IOException {
        try {
            cranks.crashAfter(random.nextInt(4) == 0 ? random.nextInt(20) : Long.MAX_VALUE / 2);
            for (int life = 0; life < lives; life++) {
                try {
                    recover();
                    cranks.crashAfter(random.nextInt(random.nextBoolean() ? 25 : 150));
                    for (int i = 0; i < 2000; i++) {
                        step();
                    }
                } catch (Error crash) {
                    requireCrash(crash);
                }
            }
            recover();
        } finally {
            closeStore();
        }
    }

    private void requireCrash(Error thrown) {
        if (!CrankedLog.isCrash(thrown)) {
            throw thrown;
        }
        crashes++;
        if (log != null) {
            model.noteDurable(log.log().durablePosition());
        }
        closeStore();
        now.addAndGet(random.nextInt(100));
        cranks.restart(random.nextInt(4) > 0);
        // A second crash, while it recovers.
        cranks.crashAfter(random.nextInt(3) == 0 ? random.nextInt(12) : Long.MAX_VALUE / 2);
    }

    private void closeStore() {
        log = null;
        if (store != null) {
            store.close();
            store = null;
        }
    }

    private void recover() throws IOException {
        while (log == null) {
            try {
                StoreClock clock = new StoreClock(() -> now.get() * NANOS, () -> now.get() * NANOS, step -> { });
                store = new KeyValueStore(StoreConfig.defaults().withMemoryLimitBytes(16L << 20).withShards(4).withClock(clock)
                        .withEviction(eviction));
                StoreLogConfig config = new StoreLogConfig(cranks.config(), 1L << 40, false, false, QUIET);
                log = StoreLog.recover(cranks.disk(), config, store, 1, cranks::open);
            } catch (Error crash) {
                requireCrash(crash);
            }
        }
        session = store.session();
        keys = session.newKeys();
        client = new OneClient(store);
        model.accept(contents(), store.nowMillis());
        StoreMemory.assertInvariants(store);
    }

    /** Each key with its database's number before it. */
    private Map<String, Entry> contents() {
        Map<String, Entry> found = new TreeMap<>();
        for (int database = 0; database < DATABASES; database++) {
            for (int i = 0; i < KEYS; i++) {
                String name = "k" + i;
                keys.clear();
                keys.select(database);
                keys.add(buffer(name), 0, name.length());
                session.open(keys, 0, 1, Access.SHARED, store.nowMillis());
                String value = value();
                if (value != null) {
                    found.put(database + name, new Entry(value, session.deadlineMillis(0)));
                }
                session.close();
            }
        }
        return found;
    }

    private String value() {
        int length = session.valueLength(0);
        if (length < 0) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        session.read(0, 0, length, bytes);
        return new String(bytes.array(), ISO_8859_1);
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1)).order(ByteOrder.nativeOrder());
    }

    private void step() throws IOException {
        if (random.nextInt(60) == 0) {
            checkpoint();
        } else {
            smallStep();
        }
    }

    private void smallStep() {
        try {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> change();
                case 4 -> read();
                case 5 -> now.addAndGet(random.nextInt(30));
                case 6 -> cranks.keep();
                case 7 -> cranks.wantDurable(log.log().position());
                default -> cranks.write(now.get() * NANOS);
            }
            model.noteDurable(log.log().durablePosition());
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private void change() {
        if (!cranks.hasRoom()) {
            return;
        }
        long before = log.log().position();
        if (random.nextInt(25) == 0) {
            StoreMemory.evict(store);
        } else {
            client.ask(random.nextInt(4) == 0, commands.next());
        }
        // Answered or not, it counts as known only when it is durable.
        client.takeSeenPosition();
        long end = log.log().position();
        if (end != before) {
            model.add(contents(), end, store.nowMillis());
        }
    }

    /** As a connection's handler does it: answered when all that its commands have seen is durable. */
    private void read() {
        int database = random.nextInt(DATABASES);
        String name = "k" + random.nextInt(KEYS);
        boolean all = random.nextInt(8) == 0;
        client.takeSeenPosition();
        List<String> request = all ? List.of("DBSIZE") : List.of("GET", name);
        String reply = client.ask(false, List.of(List.of("SELECT", "" + database), request));
        String found = reply.substring("+OK\r\n".length());
        String value = model.value(database + name, store.nowMillis());
        String expected = all ? ":" + model.size(database, store.nowMillis()) : value == null ? "$-1" : "$" + value.length()
                + "\r\n" + value;
        if (!found.equals(expected + "\r\n")) {
            throw new AssertionError((all ? "size" : name) + " is " + found + ", not " + expected);
        }
        if (client.takeSeenPosition() <= log.log().durablePosition() || fault == Fault.READS_LET_THROUGH) {
            if (all) {
                model.noteAllAnswered();
            } else {
                model.noteAnswered(database + name);
            }
            answeredReads++;
        }
    }

    /** Others go on meanwhile: between two batches of keys, two pieces of a value, and while the log is forced. */
    private void checkpoint() throws IOException {
        try (Checkpoint checkpoint = log.log().checkpoint()) {
            new StoreWalk(store, 2, 700).run(checkpoint, () -> {
                for (int i = random.nextInt(4); i > 0; i--) {
                    smallStep();
                }
                return false;
            });
            long end = CrankedLog.seal(checkpoint);
            for (int i = 0; i < 200 && log.log().durablePosition() < end && fault != Fault.RENAME_BEFORE_LOG_FORCE; i++) {
                cranks.wantDurable(end);
                smallStep();
            }
            if (log.log().durablePosition() >= end || fault == Fault.RENAME_BEFORE_LOG_FORCE) {
                CrankedLog.complete(checkpoint);
                checkpoints++;
            }
        }
    }
}
