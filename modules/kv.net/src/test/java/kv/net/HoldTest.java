package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that are kept back after their handler has returned. */
class HoldTest extends ServerTest {
    @Test
    void hold_untilReleased_replyWaitsAndOthersAreServed() throws Exception {
        start(1, 1, 100, 0, BUFFER_BYTES);
        try (Client held = new Client(); Client other = new Client()) {
            held.send("a\nhold\nb\n");
            Hold hold = service.holds.take();
            held.send("c\n");
            for (int i = 0; i < 100; i++) {
                assertEquals("quick", other.ask("quick"));
            }
            assertFalse(held.in.ready());
            hold.release();
            for (String reply : List.of("a", "hold", "b", "c")) {
                assertEquals(reply, held.in.readLine());
            }
        }
    }

    @Test
    void hold_releasedBeforeTheHandlerReturns_replyIsSentAtOnce() throws Exception {
        start();
        try (Client client = new Client()) {
            for (int i = 0; i < 100; i++) {
                assertEquals("hold briefly", client.ask("hold briefly"));
            }
        }
    }

    @Test
    void hold_severalTimes_lastReleaseCounts() throws Exception {
        start();
        try (Client held = new Client(); Client other = new Client()) {
            held.send("hold twice\nhold\n");
            service.holds.take().release();
            service.holds.take().release();
            Hold last = service.holds.take();
            assertEquals("quick", other.ask("quick"));
            assertFalse(held.in.ready());
            last.release();
            assertEquals("hold twice", held.in.readLine());
            assertEquals("hold", held.in.readLine());
        }
    }

    @Test
    void holdAndPause_requestLeftUnread_isHandledAfterTheRelease() throws Exception {
        start();
        try (Client held = new Client()) {
            held.send("a\ngate\nb\n");
            service.holds.take().release();
            for (String reply : List.of("a", "gate", "b")) {
                assertEquals(reply, held.in.readLine());
            }
        }
    }

    @Test
    void hold_onTheSlowLane_laneIsFreeForOthers() throws Exception {
        start();
        service.gate.countDown();
        try (Client held = new Client(); Client other = new Client()) {
            held.send("slow\nhold\n");
            assertEquals("slow", held.in.readLine());
            Hold hold = service.holds.take();
            assertEquals("slow", other.ask("slow"));
            hold.release();
            assertEquals("hold", held.in.readLine());
        }
    }

    @Test
    void release_moreThanHeld_isRefused() throws Exception {
        start();
        try (Client client = new Client()) {
            client.send("hold\n");
            Hold hold = service.holds.take();
            hold.release();
            assertEquals("hold", client.in.readLine());
            assertThrows(IllegalStateException.class, hold::release);
            assertEquals("still here", client.ask("still here"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void release_afterTheEnd_isHarmless(boolean stopped) throws Exception {
        start();
        try (Client held = new Client()) {
            held.send("hold\n");
            Hold hold = service.holds.take();
            server.stop();
            assertNull(held.in.readLine());
            hold.release();
        }
        assertEquals(1, service.disconnected.get());
        assertEquals(0, server.stats().connectionsOpen());
    }

    @Test
    void release_clientGoneMeanwhile_connectionCloses() throws Exception {
        start();
        for (int i = 0; i < 50; i++) {
            Client gone = new Client();
            gone.send("hold\n");
            Hold hold = service.holds.take();
            if (i % 2 == 0) {
                gone.reset();
            } else {
                gone.close();
            }
            hold.release();
        }
        await(() -> server.stats().connectionsOpen() == 0);
        assertEquals(50, service.disconnected.get());
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,2", "2,2"})
    void manyHeld_releasedInAnyOrderByAnyThread_eachAnsweredOnce(int loops, int workers) throws Exception {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        start(loops, workers, 300, 0, BUFFER_BYTES);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(new Client());
        }
        for (int round = 0; round < 5; round++) {
            for (Client client : clients) {
                client.send("before\nhold\nafter\n");
            }
            List<Hold> holds = new ArrayList<>();
            while (holds.size() < clients.size()) {
                holds.add(service.holds.take());
            }
            Collections.shuffle(holds, new Random(seed + round));
            List<Thread> releasing = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                List<Hold> share = holds.subList(t * 50, (t + 1) * 50);
                releasing.add(new Thread(() -> share.forEach(Hold::release)));
            }
            releasing.forEach(Thread::start);
            for (Client client : clients) {
                for (String reply : List.of("before", "hold", "after")) {
                    assertEquals(reply, client.in.readLine());
                }
            }
            for (Thread thread : releasing) {
                thread.join();
            }
        }
        for (Client client : clients) {
            client.close();
        }
    }
}
