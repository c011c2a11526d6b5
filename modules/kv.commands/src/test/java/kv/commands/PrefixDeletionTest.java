package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import kv.store.Keys;
import kv.store.Opening;
import kv.store.StoreSession;
import org.junit.jupiter.api.Test;

class PrefixDeletionTest {
    private static final int KEYS = 5_000;

    /** Some keys are long: those of one step do not fit where they are put first. */
    private static void fill(TestClient client) {
        for (int i = 0; i < KEYS; i++) {
            client.ask("SET", "user:" + i + (i % 10 == 0 ? "x".repeat(2_000) : ""), "v");
            client.ask("SET", "other:" + i, "v".repeat(i % 50 == 0 ? 10_000 : 1));
        }
    }

    /**
     * Seen to fail with a prefix compared without its last byte, with only the first keys of a step deleted, and with those
     * found so far lost when there is no room for the next.
     */
    @Test
    void delprefix_manyKeys_thoseAndNoOthers() {
        try (TestService service = new TestService()) {
            TestClient client = service.client();
            fill(client);
            client.ask("SET", "user", "v");
            client.ask("SET", "users:1", "v");
            client.ask("SET", "USER:1", "v");
            assertEquals(":" + KEYS + "\r\n", client.ask("DELPREFIX", "user:"));
            assertEquals(":" + (KEYS + 3) + "\r\n", client.ask("DBSIZE"));
            assertEquals("$-1\r\n", client.ask("GET", "user:17"));
            assertEquals(":0\r\n", client.ask("DELPREFIX", "user:"));
            assertEquals("DELETED 2\n", service.client().send("DELPREFIX us*\n"));
            assertEquals("DELETED 1\n", service.client().send("DELPREFIX US\n"));
            assertEquals("DELETED " + KEYS + "\n", service.client().send("DELPREFIX *\n"));
            assertEquals(":0\r\n", client.ask("DBSIZE"));
        }
    }

    /** While a long section holds a shard it waits, and goes on when that has ended. */
    @Test
    void delprefix_shardHeld_waits() throws InterruptedException {
        try (TestService service = new TestService()) {
            TestClient client = service.client();
            fill(client);
            StoreSession holder = service.store.session();
            Keys held = holder.newKeys();
            byte[] key = "user:1".getBytes(StandardCharsets.US_ASCII);
            held.add(ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()), 0, key.length);
            assertEquals(Opening.OPEN, holder.hold(held, 0, 1, service.store.nowMillis()));
            AtomicReference<String> reply = new AtomicReference<>();
            CountDownLatch began = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                TestClient other = service.client();
                began.countDown();
                reply.set(other.ask("DELPREFIX", "user:"));
            });
            thread.start();
            assertTrue(began.await(5, TimeUnit.MINUTES));
            thread.join(50); // it may have come to the held shard, or not yet
            assertEquals(null, reply.get());
            holder.close();
            thread.join(300_000);
            assertEquals(":" + KEYS + "\r\n", reply.get());
        }
    }
}
