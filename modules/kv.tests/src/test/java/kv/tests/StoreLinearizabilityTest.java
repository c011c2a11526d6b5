package kv.tests;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import kv.store.Access;
import kv.store.Deadline;
import kv.store.KeyValueStore;
import kv.store.Keys;
import kv.store.Opening;
import kv.store.StoreClock;
import kv.store.StoreConfig;
import kv.store.StoreSession;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Whatever threads do with the store at a time, there is an order of their operations, one after another, that explains all
 * results: Lincheck makes the scenarios, runs them in many interleavings (chosen by itself when model checking, by the machine
 * in the stress mode) and looks for that order.
 *
 * <p>Operations: those of {@link KeyValueStore}, and sections of {@link StoreSession} on one key, two and all, short ones and
 * long ones that hold their shards. Two shards and three keys, so that keys share a shard, and do not.
 *
 * <p>A few seconds in the gate; {@code mvn test -pl modules/kv.tests -am -Pstress -Dtest=StoreLinearizabilityTest
 * -Dsurefire.failIfNoSpecifiedTests=false} for minutes of it. Every scenario gets a store of its own, made without the sweeper's
 * thread (which public constructors start) and with known secrets and a clock that stands still, since a run must be repeatable.
 *
 * <p>Seen to fail: with the write lock left out of {@code Section.openOne} both modes find it within seconds, in two
 * threads of one put each. With a short section on one key that does not look whether its shard is held, both find an increment
 * that a held swap has lost. With the read lock left out they do not, since bytes in buffers are not among the accesses that
 * Lincheck switches threads at: {@link StoreVisibility} finds that.
 */
@Param(name = "key", gen = IntGen.class, conf = "1:3")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
public class StoreLinearizabilityTest {
    private static final int EFFORT = Integer.getInteger("kv.tests.effort", 1);
    private static final long NOW = 0;

    private final KeyValueStore store = StoreParts.open();

    @Test
    void store_everyInterleavingOfTwoThreads_hasAnOrder() {
        new ModelCheckingOptions().iterations(5 * EFFORT).invocationsPerIteration(100 * EFFORT).threads(2).actorsPerThread(3)
                .actorsBefore(2).actorsAfter(2).sequentialSpecification(PlainMap.class).check(getClass());
    }

    @Test
    void store_threeThreadsUnderStress_haveAnOrder() {
        new StressOptions().iterations(10 * EFFORT).invocationsPerIteration(300 * EFFORT).threads(3).actorsPerThread(3)
                .actorsBefore(2).actorsAfter(2).sequentialSpecification(PlainMap.class).check(getClass());
    }

    @Operation
    public String get(@Param(name = "key") int key) {
        return text(store.get(bytes(key)));
    }

    @Operation
    public void put(@Param(name = "key") int key, @Param(name = "value") int value) {
        store.put(bytes(key), bytes(value));
    }

    @Operation
    public boolean putIfAbsent(@Param(name = "key") int key, @Param(name = "value") int value) {
        return store.putIfAbsent(bytes(key), bytes(value));
    }

    @Operation
    public boolean delete(@Param(name = "key") int key) {
        return store.delete(bytes(key));
    }

    /** Adds one to a number, which an absent key begins at 0, in a section on one key. */
    @Operation
    public int increment(@Param(name = "key") int key) {
        StoreSession session = store.session();
        Keys keys = keys(session, key);
        open(session, keys, Access.EXCLUSIVE);
        try {
            return add(session, 0, 1);
        } finally {
            session.close();
        }
    }

    /** Gives each of two keys the other's number, in one section over both. */
    @Operation
    public String swap(@Param(name = "key") int one, @Param(name = "key") int other) {
        StoreSession session = store.session();
        open(session, keys(session, one, other), Access.EXCLUSIVE);
        try {
            return swap(session);
        } finally {
            session.close();
        }
    }

    /** The same in a long section: its shards are marked, and a lock is taken for each step. */
    @Operation
    public String swapHeld(@Param(name = "key") int one, @Param(name = "key") int other) {
        StoreSession session = store.session();
        Keys keys = keys(session, one, other);
        while (session.hold(keys, 0, keys.size(), NOW) == Opening.HELD) {
            awaitRelease(session);
        }
        try {
            return swap(session);
        } finally {
            session.close();
        }
    }

    /** Adds one to every number, in a long section on all keys there are, named one after another. */
    @Operation
    public int incrementAllHeld() {
        StoreSession session = store.session();
        Keys keys = session.newKeys();
        while (session.holdAll(keys, NOW) == Opening.HELD) {
            awaitRelease(session);
        }
        try {
            int sum = 0;
            for (int key = 1; key <= PlainMap.KEYS; key++) {
                ByteBuffer name = buffer(key);
                sum += add(session, keys.add(name, 0, name.limit()), 1);
            }
            return sum;
        } finally {
            session.close();
        }
    }

    /** The sum of all numbers, read in one shared section. */
    @Operation
    public int sum() {
        StoreSession session = store.session();
        open(session, keys(session, 1, 2, 3), Access.SHARED);
        try {
            int sum = 0;
            for (int key = 0; key < PlainMap.KEYS; key++) {
                sum += number(read(session, key));
            }
            return sum;
        } finally {
            session.close();
        }
    }

    private static void open(StoreSession session, Keys keys, Access access) {
        while (session.open(keys, 0, keys.size(), access, NOW) == Opening.HELD) {
            awaitRelease(session);
        }
    }

    /** As a worker that hands its request back: a callback that is lost leaves it waiting for ever, which Lincheck tells. */
    private static void awaitRelease(StoreSession session) {
        CountDownLatch released = new CountDownLatch(1);
        session.whenReleased(released::countDown);
        try {
            released.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static Keys keys(StoreSession session, int... names) {
        Keys keys = session.newKeys();
        for (int name : names) {
            ByteBuffer source = buffer(name);
            keys.add(source, 0, source.limit());
        }
        return keys;
    }

    private static int add(StoreSession session, int key, int summand) {
        int sum = summand + number(read(session, key));
        put(session, key, sum);
        return sum;
    }

    private static String swap(StoreSession session) {
        int first = number(read(session, 0));
        int second = number(read(session, 1));
        put(session, 0, second);
        put(session, 1, first);
        return first + "," + second;
    }

    private static ByteBuffer read(StoreSession session, int key) {
        ByteBuffer value = ByteBuffer.allocate(16);
        return session.read(key, 0, value.capacity(), value) < 0 ? null : value.flip();
    }

    private static void put(StoreSession session, int key, int number) {
        ByteBuffer value = buffer(number);
        session.put(key, value, 0, value.limit(), Deadline.NONE);
    }

    private static int number(ByteBuffer value) {
        return value == null ? 0 : Integer.parseInt(text(value.array(), value.limit()));
    }

    private static ByteBuffer buffer(int number) {
        return ByteBuffer.wrap(bytes(number)).order(ByteOrder.nativeOrder());
    }

    private static byte[] bytes(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] value) {
        return value == null ? null : text(value, value.length);
    }

    private static String text(byte[] value, int length) {
        return new String(value, 0, length, StandardCharsets.US_ASCII);
    }

    /** The store's constructor for tests, found once by reflection: it is package-private, and so are its parameters' types. */
    private static final class StoreParts {
        private static final StoreConfig CONFIG = StoreConfig.defaults().withMemoryLimitBytes(256 << 10).withShards(2)
                .withClock(new StoreClock(() -> 0, () -> 0, stepped -> { }));
        private static final IntFunction<ByteBuffer> ON_HEAP = ByteBuffer::allocate;
        private static final Constructor<KeyValueStore> CONSTRUCTOR;
        private static final Object HASHING;

        static {
            try {
                Class<?> hashing = Class.forName("kv.store.Hashing");
                Method seeded = hashing.getDeclaredMethod("seeded", long.class);
                seeded.setAccessible(true);
                HASHING = seeded.invoke(null, 42L);
                CONSTRUCTOR = KeyValueStore.class.getDeclaredConstructor(StoreConfig.class, hashing, IntFunction.class);
                CONSTRUCTOR.setAccessible(true);
            } catch (ReflectiveOperationException gone) {
                throw new ExceptionInInitializerError(gone);
            }
        }

        static KeyValueStore open() {
            try {
                return CONSTRUCTOR.newInstance(CONFIG, HASHING, ON_HEAP);
            } catch (ReflectiveOperationException wrong) {
                throw new IllegalStateException(wrong);
            }
        }
    }
}
