package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave, or seem to, while something long runs for them. */
class GoneTest extends ServerTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slowRequest_clientGone_isCancelled(boolean byReset) throws Exception {
        start(1, 1, 100, 0, BUFFER_BYTES);
        try (Client other = new Client()) {
            Client gone = new Client();
            gone.send("a\nendless\nb\n");
            assertEquals("a", gone.in.readLine());
            service.waiting.await();
            if (byReset) {
                gone.reset();
            } else {
                gone.close();
            }
            await(() -> service.cancelled.get() == 1);
            service.gate.countDown();
            assertEquals("slow", other.ask("slow"), "the lane is free again");
            await(() -> server.stats().connectionsOpen() == 1);
        }
    }

    @Test
    void held_clientReset_closesBeforeTheRelease() throws Exception {
        start();
        Client gone = new Client();
        gone.send("hold\n");
        Hold hold = service.holds.take();
        gone.reset();
        await(() -> server.stats().connectionsOpen() == 0);
        hold.release();
        assertEquals(1, service.disconnected.get());
    }

    @Test
    void slowRequest_clientHasClosedItsSide_getsItsReply() throws Exception {
        start();
        try (Client client = new Client()) {
            client.send("slow\n");
            service.waiting.await();
            client.socket.shutdownOutput();
            service.gate.countDown();
            assertEquals("slow", client.in.readLine());
            assertNull(client.in.readLine());
        }
    }

    /** Far more than is read ahead. */
    @Test
    void slowRequest_muchIsSentMeanwhile_allIsAnsweredInOrder() throws Exception {
        start();
        try (Client client = new Client(); Client other = new Client()) {
            client.send("slow\n");
            service.waiting.await();
            int count = 5 * Input.AHEAD_BYTES;
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < count; i++) {
                lines.append(i).append('\n');
            }
            client.send(lines + "slow\nlast\n");
            assertEquals("quick", other.ask("quick"));
            service.gate.countDown();
            assertEquals("slow", client.in.readLine());
            for (int i = 0; i < count; i++) {
                assertEquals(Integer.toString(i), client.in.readLine());
            }
            assertEquals("slow", client.in.readLine());
            assertEquals("last", client.in.readLine());
        }
    }
}
