package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A thousand clients that hate the server, with little memory: half requests, unread replies, held, deferred and failing ones,
 * that leave in any state. Afterwards all is closed, reported once and given back; meanwhile an innocent is answered.
 */
class StormTest extends ServerTest {
    private static final int CLIENTS = 1000;
    private static final int STEPS = 3000;
    private static final long LIMIT = 16 << 20;

    private final AtomicBoolean over = new AtomicBoolean();

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void clients_atTheirWorst_innocentIsServedAndNothingIsLeft(int loops) throws Exception {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        start(loops, 2, CLIENTS + 100, 0, LIMIT);
        service.gate.countDown();
        service.failure = BufferExhaustedException.INSTANCE; // the one that is not logged, a hundred times with its stack
        Thread releasing = new Thread(this::releaseAndPost);
        releasing.start();
        Random random = new Random(seed);
        List<Client> clients = new ArrayList<>();
        try (Client innocent = new Client()) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Client());
            }
            for (int step = 0; step < STEPS; step++) {
                int who = random.nextInt(CLIENTS);
                if (!actsUp(clients.get(who), random)) {
                    clients.set(who, new Client());
                }
                if (step % 20 == 0) {
                    assertEquals("innocent " + step, innocent.ask("innocent " + step));
                    assertTrue(server.stats().bufferBytes() <= LIMIT, () -> server.stats().toString());
                }
            }
            for (Client client : clients) {
                client.close();
            }
            await(() -> server.stats().connectionsOpen() == 1);
            assertEquals("still here", innocent.ask("still here"));
        }
        over.set(true);
        releasing.join();
        await(() -> server.stats().connectionsOpen() == 0);
        server.stop();
        assertEquals(service.connected.get(), service.disconnected.get());
        assertEquals(0, server.stats().bufferBytes());
        assertTrue(failures.isEmpty());
    }

    /** @return false if it has left */
    private static boolean actsUp(Client client, Random random) {
        try {
            switch (random.nextInt(12)) {
                case 0 -> client.reset();
                case 1 -> client.close();
                case 2 -> client.send("unfinished ".repeat(1 + random.nextInt(3000)));
                case 3, 4 -> client.send("fill " + (1 << random.nextInt(17)) + "\n");
                case 5 -> client.send("hold\n");
                case 6 -> client.send("hold twice\nx\n");
                case 7 -> client.send("gate\ny\n");
                case 8 -> client.send("slow\nz\n");
                case 9 -> client.send("outbox\n");
                case 10 -> client.send("fail\n");
                default -> client.send("close\n");
            }
            return !client.socket.isClosed();
        } catch (IOException cutOff) {
            return false;
        }
    }

    private void releaseAndPost() {
        ByteBuffer message = ByteBuffer.allocate(5000);
        List<Outbox> outboxes = new ArrayList<>();
        while (!over.get() || !service.holds.isEmpty()) {
            Hold hold = service.holds.poll();
            if (hold != null) {
                hold.release();
            }
            Outbox outbox = service.outboxes.poll();
            if (outbox != null) {
                outboxes.add(outbox);
            }
            outboxes.removeIf(each -> !each.post(message));
            Thread.onSpinWait();
        }
    }
}
