package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server's threads allocate on the heap while they serve pipelined GET and SET: nothing per command. */
class AllocationTest extends LiveServer {
    private static final int PIPELINE = 200;
    private static final int ROUNDS = 1000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void getAndSet_steadyState_allocateNothing(boolean resp) throws IOException {
        start();
        StringBuilder requests = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        String value = "v".repeat(32);
        for (int i = 0; i < PIPELINE; i += 2) {
            String key = "key:" + i;
            requests.append(resp ? Client.request("SET", key, value) + Client.request("GET", key)
                    : "SET " + key + " " + value + "\nGET " + key + "\n");
            replies.append(resp ? "+OK\r\n$32\r\n" + value + "\r\n" : "OK\nVALUE " + value + "\n");
        }
        Client client = client();
        serve(client, requests.toString(), replies.toString());
        long before = allocatedBytes();
        serve(client, requests.toString(), replies.toString());
        double perCommand = (allocatedBytes() - before) / (double) (PIPELINE * ROUNDS);
        System.out.println((resp ? "RESP: " : "text: ") + perCommand + " bytes allocated a command");
        assertTrue(perCommand <= 1, perCommand + " bytes a command");
    }

    private static void serve(Client client, String requests, String replies) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            client.send(requests);
            assertEquals(replies, client.bytes(replies.length()));
        }
    }

    /** Of all the server's threads that take part, since they were started. */
    private long allocatedBytes() {
        long[] ids = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("kv-(worker|loop|slow)-\\d+")).mapToLong(Thread::getId).toArray();
        assertTrue(ids.length >= 3, "loop, worker and slow lane");
        return Arrays.stream(threads.getThreadAllocatedBytes(ids)).sum();
    }
}
