package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes for connections that have not asked for them. */
class OutboxTest extends ServerTest {
    private static ByteBuffer message(String text) {
        return ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private Outbox outboxOf(Client client) throws Exception {
        assertEquals("outbox", client.ask("outbox"));
        return service.outboxes.take();
    }

    @Test
    void post_connectionIdle_isSentAtOnceInOrder() throws Exception {
        start();
        try (Client client = new Client()) {
            Outbox outbox = outboxOf(client);
            for (int i = 0; i < 1000; i++) {
                assertTrue(outbox.post(message("message " + i)));
            }
            for (int i = 0; i < 1000; i++) {
                assertEquals("message " + i, client.in.readLine());
            }
            assertEquals("still here", client.ask("still here"));
        }
    }

    @Test
    void post_replyHeld_waitsForIt() throws Exception {
        start();
        try (Client client = new Client(); Client other = new Client()) {
            Outbox outbox = outboxOf(client);
            client.send("hold\n");
            Hold hold = service.holds.take();
            outbox.post(message("posted"));
            assertEquals("quick", other.ask("quick"));
            assertFalse(client.in.ready());
            hold.release();
            assertEquals("hold", client.in.readLine());
            assertEquals("posted", client.in.readLine());
        }
    }

    /** Replies of 1 MB go out in pieces, and messages of 20 KB come from four threads: none is cut by another. */
    @Test
    void post_longRepliesUnderWay_nothingIsInterleaved() throws Exception {
        start();
        int posted = 40;
        String filling = "m".repeat(20_000);
        try (Client client = new Client()) {
            Outbox outbox = outboxOf(client);
            List<Thread> posting = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                posting.add(new Thread(() -> {
                    for (int i = 0; i < posted; i++) {
                        assertTrue(outbox.post(message(filling)));
                    }
                }));
            }
            client.send("fill 1000000\n".repeat(10));
            posting.forEach(Thread::start);
            int replies = 0;
            int messages = 0;
            while (replies < 10 || messages < 4 * posted) {
                String line = client.in.readLine();
                if (line.startsWith("x")) {
                    assertEquals(1_000_000, line.length());
                    replies++;
                } else {
                    assertEquals(filling, line);
                    messages++;
                }
            }
            for (Thread thread : posting) {
                thread.join();
            }
        }
    }

    @Test
    void post_clientDoesNotRead_isCutOffAtTheBound() throws Exception {
        start();
        try (Client deaf = new Client(); Client other = new Client()) {
            Outbox outbox = outboxOf(deaf);
            ByteBuffer message = message("x".repeat(100_000));
            while (outbox.post(message)) {
                assertTrue(server.stats().bufferBytes() < 4L * Outbox.BYTES_MAX, () -> server.stats().toString());
            }
            await(() -> server.stats().connectionsOpen() == 1);
            assertEquals(1, server.stats().connectionsFailed());
            assertFalse(outbox.post(message));
            assertEquals("still here", other.ask("still here"));
        }
    }

    @Test
    void post_afterTheEnd_isRefused() throws Exception {
        start();
        Client client = new Client();
        Outbox outbox = outboxOf(client);
        client.close();
        await(() -> server.stats().connectionsOpen() == 0);
        assertFalse(outbox.post(message("late")));
    }

    @Test
    void hangUp_whileLentHeldOrIdle_closes() throws Exception {
        start();
        try (Client idle = new Client(); Client held = new Client(); Client lent = new Client()) {
            outboxOf(idle).hangUp();
            assertNull(idle.in.readLine());
            Outbox outbox = outboxOf(held);
            held.send("hold\n");
            Hold hold = service.holds.take();
            outbox.hangUp();
            assertNull(held.in.readLine());
            hold.release();
            outbox = outboxOf(lent);
            lent.send("block\n");
            service.waiting.await();
            outbox.hangUp();
            service.gate.countDown();
            await(() -> server.stats().connectionsOpen() == 0);
            assertEquals(3, service.disconnected.get());
        }
    }

    @Test
    void offer_clientThatDoesNotKeepUp_isLeftOutAndStays() throws Exception {
        start();
        try (Client client = new Client()) {
            Outbox outbox = outboxOf(client);
            client.send("hold\n"); // nothing is sent while it is held
            Hold hold = service.holds.take();
            ByteBuffer message = ByteBuffer.wrap(("x".repeat(999) + "\n").getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 10; i++) {
                assertTrue(outbox.offer(message, 10_000));
            }
            assertFalse(outbox.offer(message, 10_000));
            assertTrue(outbox.offer(message, 11_000));
            hold.release();
            assertEquals("hold", client.in.readLine());
            for (int i = 0; i < 11; i++) {
                assertEquals(999, client.in.readLine().length());
            }
            await(() -> outbox.offer(message, 1000));
            assertEquals(999, client.in.readLine().length());
        }
    }
}
