package kv.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over real sockets. */
final class AdminServerTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String TOKEN = "0123456789abcdef-token";
    private static final int TIMEOUT_MILLIS = 60_000;

    private final FakeSource source = new FakeSource();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<AutoCloseable> opened = Collections.synchronizedList(new ArrayList<>());
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(null);
    }

    private AdminServer start(String token) throws IOException {
        return AdminServer.start(new AdminConfig(List.of(LOOPBACK), 0, token, List.of()), source, failure::set);
    }

    @AfterEach
    void stop() throws Exception {
        source.mayRender.release(1_000_000);
        for (AutoCloseable each : opened) {
            each.close();
        }
        server.close();
        assertEquals(null, failure.get());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(server.addresses().get(0));
        socket.setSoTimeout(TIMEOUT_MILLIS);
        opened.add(socket);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String request(String path, String... fields) {
        StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    private record Answer(int status, String head, String body) {
    }

    private static Answer answer(Socket socket, boolean withBody) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended after '" + head + "'");
            }
            head.append((char) next);
        }
        int length = Integer.parseInt(head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
        byte[] body = withBody ? in.readNBytes(length) : new byte[0];
        return new Answer(Integer.parseInt(head.substring(9, 12)), head.toString(), new String(body, StandardCharsets.UTF_8));
    }

    private Answer get(String path, String... fields) throws IOException {
        try (Socket socket = connect()) {
            send(socket, request(path, fields));
            return answer(socket, true);
        }
    }

    /** Of a data port that answers, which may take a busy machine longer than a probe waits: then it is asked again. */
    private Answer readiness() throws IOException {
        Answer answer = get("/readyz");
        while (answer.body().contains("has not answered PING")) {
            answer = get("/readyz");
        }
        return answer;
    }

    /** A port that answers every connection with these bytes once it has received some; null: with nothing. */
    private InetSocketAddress dataPort(String reply) throws IOException {
        ServerSocket port = new ServerSocket(0, 50, LOOPBACK);
        opened.add(port);
        Thread thread = new Thread(() -> {
            while (!port.isClosed()) {
                try {
                    Socket client = port.accept();
                    opened.add(client);
                    if (client.getInputStream().read(new byte[64]) > 0 && reply != null) {
                        client.getOutputStream().write(reply.getBytes(StandardCharsets.ISO_8859_1));
                    }
                } catch (IOException ended) {
                    // by the test or the probe
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return (InetSocketAddress) port.getLocalSocketAddress();
    }

    @Test
    void health_eachPhase_answersAtOnce() throws IOException {
        source.phase = Source.Phase.STARTING;
        source.progress = "40 % loaded";
        assertEquals("ok\n", get("/healthz").body());
        Answer notYet = get("/readyz");
        assertEquals(503, notYet.status());
        assertEquals("starting: 40 % loaded\n", notYet.body());
        source.phase = Source.Phase.STOPPING;
        assertEquals(503, get("/readyz").status());
        assertEquals(200, get("/healthz").status());
        source.phase = Source.Phase.FAILED;
        assertEquals(503, get("/readyz").status());
        assertEquals(503, get("/healthz").status());
    }

    @Test
    void readiness_dataPort_isWhatAClientGets() throws IOException {
        source.dataAddress = dataPort("+PONG\r\n");
        assertEquals("ready\n", readiness().body());
        source.dataAddress = dataPort("-NOAUTH Authentication required.\r\n");
        assertEquals(200, readiness().status());
        source.dataAddress = dataPort("\u0015\u0003\u0003\0\u0002\u0002\n");
        assertEquals(200, readiness().status());
        source.dataAddress = dataPort("-ERR max number of clients reached\r\n");
        assertEquals(503, get("/readyz").status());
        source.dataAddress = dataPort(null);
        assertTrue(get("/readyz").body().contains("has not answered PING"));
        try (ServerSocket closed = new ServerSocket(0, 1, LOOPBACK)) {
            source.dataAddress = (InetSocketAddress) closed.getLocalSocketAddress();
        }
        assertEquals(503, get("/readyz").status());
        source.dataAddress = dataPort("+PONG\r\n");
        assertEquals(200, readiness().status());
    }

    @Test
    void metrics_eachRequest_showsWhatWasSoBefore() throws IOException {
        try (Socket socket = connect()) {
            for (int i = 0; i < 20; i++) {
                source.hits = i;
                send(socket, request("/metrics", "Accept: application/openmetrics-text"));
                Answer answer = answer(socket, true);
                assertTrue(answer.body().contains("kv_hits_total " + i + "\n"), answer.body().substring(0, 100));
                assertTrue(answer.head().contains("text/plain; version=0.0.4; charset=utf-8\r\n"), answer.head());
            }
        }
    }

    @Test
    void metrics_manyAtOnce_areMadeFewTimes() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        source.mayRender.drainPermits();
        for (int i = 0; i < 50; i++) {
            sockets.add(connect());
            send(sockets.get(i), request("/metrics"));
        }
        assertEquals("ok\n", get("/healthz").body()); // though figures cannot be had just now
        source.mayRender.release(1_000_000);
        for (Socket socket : sockets) {
            assertEquals(200, answer(socket, true).status());
        }
        assertTrue(source.renderings.get() <= 10, source.renderings + " renderings");
    }

    /** Each waits for its answer before the next, and is a round of its own at least; 20 of a tick's rounds are free. */
    @Test
    void requests_floodOfThem_pauseEachRound() throws Exception {
        CountingClock clock = restart();
        for (int i = 0; i < 400; i++) {
            assertEquals(200, get("/healthz").status());
        }
        assertTrue(clock.pauses.get() >= 379, clock.pauses + " pauses"); // the first round of all is the end of a tick
    }

    @Test
    void requests_fewATick_makeNoPause() throws Exception {
        CountingClock clock = restart();
        for (int i = 0; i < 400; i++) {
            clock.nanos.addAndGet(1_000_000_000);
            assertEquals(200, get("/healthz").status());
        }
        assertTrue(clock.pauses.get() < 200, clock.pauses + " pauses"); // some, where the client stands still for seconds
    }

    /** Stands still unless it is told to go on, and does not wait. */
    private static final class CountingClock implements AdminClock {
        final AtomicLong nanos = new AtomicLong();
        final AtomicLong pauses = new AtomicLong();

        @Override
        public long nanoTime() {
            return nanos.get();
        }

        @Override
        public void pause(long wanted) {
            pauses.incrementAndGet();
        }
    }

    private CountingClock restart() throws IOException {
        server.close();
        CountingClock clock = new CountingClock();
        server = AdminServer.start(new AdminConfig(List.of(LOOPBACK), 0, null, List.of()), source, failure::set, clock);
        return clock;
    }

    @Test
    void live_figures_areJson() throws IOException {
        source.gets.record(50);
        source.gets.record(50);
        source.gets.record(1000);
        String metrics = get("/metrics").body();
        assertEquals("{\"metrics\":\"" + metrics.replace("\"", "\\\"").replace("\n", "\\n")
                + "\",\"commands\":{\"get\":[50,2,1007,1]},"
                + "\"slow\":[{\"at\":1000,\"micros\":[1,2,25000,3],\"text\":\"SET \\\"k\\\"\\n\\u0085\","
                + "\"client\":\"127.0.0.1:5\",\"user\":\"me\"}],\"log\":[\"one\",\"two\"]}", get("/live.json").body());
    }

    @Test
    void page_head_allowsNothingFromElsewhere() throws IOException {
        Answer page = get("/");
        assertTrue(page.head().contains("Content-Security-Policy: default-src 'none'; connect-src 'self'"), page.head());
        assertTrue(page.body().endsWith("</html>\n"), page.body());
        assertFalse(page.body().replace("http://www.w3.org/2000/svg", "").contains("http"),
                "something is fetched from elsewhere");
    }

    @Test
    void requests_refused_endTheConnection() throws IOException {
        String[][] cases = {
            {"BLAH\r\n\r\n", "400"}, {request("/nope"), "404"}, {request("/metrics").replace("GET", "POST"), "405"},
            {request("/").replace("127.0.0.1", "evil.example.org"), "421"}, {request("/healthz").replace("127.0.0.1",
                    "evil.example.org"), "421"},
            {"GET /" + "x".repeat(9000) + " HTTP/1.1\r\n", "400"}, {"x".repeat(100_000), "400"}, {"*1\r\n$4\r\nPING\r\n\r\n",
                    "400"},
        };
        for (String[] each : cases) {
            try (Socket socket = connect()) {
                send(socket, each[0]);
                assertEquals(each[1], Integer.toString(answer(socket, true).status()), each[0]);
                assertEquals(-1, socket.getInputStream().read(), each[0]);
            }
        }
    }

    @Test
    void requests_pipelinedAndCut_areAnsweredInOrder() throws IOException {
        source.dataAddress = dataPort("+PONG\r\n");
        String all = request("/healthz") + request("/metrics") + request("/readyz").replace("GET", "HEAD")
                + request("/live.json")
                + request("/", "Connection: close");
        for (int piece : new int[] {all.length(), 7, 1}) {
            try (Socket socket = connect()) {
                socket.setTcpNoDelay(true);
                for (int i = 0; i < all.length(); i += piece) {
                    send(socket, all.substring(i, Math.min(all.length(), i + piece)));
                }
                assertEquals("ok\n", answer(socket, true).body());
                assertTrue(answer(socket, true).body().startsWith("# HELP kv_hits_total"));
                assertTrue(Set.of(200, 503).contains(answer(socket, false).status())); // 503: the data port was slow
                assertTrue(answer(socket, true).body().startsWith("{\"metrics\""));
                assertTrue(answer(socket, true).body().startsWith("<!DOCTYPE html>"));
                assertEquals(-1, socket.getInputStream().read());
            }
        }
    }

    @Test
    void token_asked_isNeededForFiguresOnly() throws IOException {
        server.close();
        server = start(TOKEN);
        assertEquals(200, get("/healthz").status());
        for (String path : List.of("/metrics", "/live.json", "/")) {
            Answer refused = get(path);
            assertEquals(401, refused.status());
            assertTrue(refused.head().contains("WWW-Authenticate: Basic"), refused.head());
            assertEquals(200, get(path, "Authorization: Bearer " + TOKEN).status());
            assertEquals(200, get(path, "Authorization: basic " + base64("me:" + TOKEN)).status());
            for (String wrong : List.of("Bearer " + TOKEN + "x", "Bearer", "Bearer ", "Basic", "Basic %%", "Basic "
                    + base64("me:"), "Digest " + TOKEN, TOKEN,
                    "Basic " + base64(TOKEN + ":"))) {
                assertEquals(401, get(path, "Authorization: " + wrong).status(), wrong);
            }
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void config_unsafe_isRefused() throws IOException {
        InetAddress all = InetAddress.getByName("0.0.0.0");
        assertThrows(IllegalArgumentException.class, () -> new AdminConfig(List.of(all), 0, null, List.of()));
        assertThrows(IllegalArgumentException.class, () -> new AdminConfig(List.of(LOOPBACK), 0, "short", List.of()));
        new AdminConfig(List.of(all), 0, TOKEN, List.of());
    }

    @Test
    void health_besideHalfSentAndUnread_isAnswered() throws IOException {
        source.dataAddress = dataPort("+PONG\r\n");
        for (int i = 0; i < 500; i++) {
            send(connect(), "GET /metrics HTTP/1.1\r\nHost: local");
            send(connect(), request("/metrics").repeat(4)); // four answers, for who takes none
        }
        for (int i = 0; i < 5; i++) {
            assertEquals("ok\n", get("/healthz").body());
            assertEquals("ready\n", readiness().body());
            assertTrue(get("/metrics").body().startsWith("# HELP"));
        }
    }

    @Test
    void connections_oneTooMany_takesTheOldestsPlace() throws IOException {
        Socket oldest = connect();
        send(oldest, "GET /healthz HTTP/1.1\r\nHost: local");
        for (int i = 0; i < AdminLoop.CONNECTIONS_MAX; i++) {
            connect();
        }
        assertEquals("ok\n", get("/healthz").body());
        assertEquals(-1, oldest.getInputStream().read());
    }

    @Test
    void close_openConnections_areClosed() throws IOException {
        Socket idle = connect();
        send(idle, request("/healthz"));
        assertEquals(200, answer(idle, true).status());
        server.close();
        assertEquals(-1, idle.getInputStream().read());
        assertThrows(IOException.class, this::connect);
    }
}
