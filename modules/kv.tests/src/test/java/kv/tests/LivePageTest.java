package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import kv.server.KvServer;
import kv.server.ServerConfig;
import org.junit.jupiter.api.Test;

/**
 * The live page in a real browser; skipped where there is no chromedriver. With {@code -Dkv.screenshots=FOLDER} it leaves
 * pictures:
 * <pre>{@code mvn -pl modules/kv.tests -am test -Dtest=LivePageTest -DargLine=-Dkv.screenshots=docs/images …}</pre>
 */
final class LivePageTest {
    private static final long PATIENCE_MILLIS = 60_000;
    /** What there is only with a TLS port, or when a MONITOR does not keep up: shown from metrics of our own. */
    private static final String RARE_FIGURES = """
            (show({at: performance.now(), live: {commands: {}, slow: [], log: []}, metrics: parse(
            'kv_tls_certificate_end_seconds 4102444800\\nkv_tls_handshakes_total{result="done"} 12\\n' +
            'kv_tls_handshakes_total{result="failed"} 3\\nkv_tls_handshakes_total{result="plain"} 1\\n' +
            'kv_monitor_lines_left_out_total 1234\\n')}, null),
            ['TLS handshakes', 'TLS refused', 'MONITOR left out'].map(
            name => document.querySelector('[data-figure="' + name + '"]').textContent).join(' '))""".replace("\n", " ");

    private KvServer server;
    private Browser browser;

    private static void say(Socket socket, String lines) throws IOException {
        socket.getOutputStream().write(lines.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        for (int left = (int) lines.chars().filter(c -> c == '\n').count(); left > 0; ) {
            left -= in.read() == '\n' ? 1 : 0;
        }
    }

    private long metric(String name) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + server.adminAddresses().get(0).getPort() + "/metrics");
        try (InputStream in = uri.toURL().openStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return (long) Double.parseDouble(text.lines().filter(line -> line.startsWith(name + " ")).findFirst().orElseThrow()
                    .substring(name.length() + 1));
        }
    }

    private String figure(String name) throws IOException, InterruptedException {
        return browser.evaluate("(document.querySelector('[data-figure=\"" + name + "\"]') || {}).textContent");
    }

    private void awaitTrue(String expression) throws IOException, InterruptedException {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!browser.evaluate(expression).equals("true")) {
            assertTrue(System.currentTimeMillis() < end, expression + " is not true");
            Thread.sleep(50); // between two looks at another process's page: it tells nobody
        }
    }

    private void awaitTwoPolls() throws IOException, InterruptedException {
        browser.evaluate("window.seen = charts[0].points.length");
        awaitTrue("charts[0].points.length >= Math.min(KEPT, window.seen + 2)");
    }

    private static String grouped(long number) {
        return String.format(Locale.ENGLISH, "%,d", number);
    }

    @Test
    void page_figures_areThoseOfTheMetrics() throws Exception {
        assumeTrue(Browser.isHere(), "no chromedriver here");
        server = KvServer.start(ServerConfig.defaults().with("port", "0").with("bind", "127.0.0.1").with("max-memory", "128m")
                .with("admin-port", "0").with("admin-bind", "127.0.0.1").with("slow-log-threshold", "1ms"));
        String url = "http://127.0.0.1:" + server.adminAddresses().get(0).getPort() + "/";
        try (Socket socket = new Socket("127.0.0.1", server.addresses().get(0).getPort()); Browser opened =
                new Browser(1200, 1700)) {
            browser = opened;
            browser.emulate(1200, 1700, false);
            browser.open(url);
            awaitTrue("document.getElementById('state').textContent.startsWith('live')");
            loadForAWhile(socket);
            awaitTwoPolls();
            assertEquals(grouped(metric("kv_keys")), figure("keys"));
            assertEquals(grouped(metric("kv_command_duration_seconds_count{command=\"get\"}")), figure("total.get"));
            assertEquals(grouped(metric("kv_command_duration_seconds_count{command=\"set\"}")), figure("total.set"));
            assertEquals(grouped(metric("kv_error_replies_total")), figure("errors"));
            assertEquals(Long.toString(metric("kv_connections_open")), figure("connections.open"));
            assertEquals("128 MiB", figure("memory.limit"));
            String label = browser.evaluate("document.querySelector('#charts svg').getAttribute('aria-label')");
            assertTrue(label.contains("Commands a second"), label);
            for (boolean dark : new boolean[] {false, true}) {
                browser.emulate(320, 900, dark);
                assertEquals("320", browser.evaluate("document.documentElement.scrollWidth"), "it is wider than a narrow screen");
            }
            assertEquals("12 4 1,234", browser.evaluate(RARE_FIGURES));
            String complaints = browser.complaints();
            assertFalse(complaints.contains("SEVERE"), complaints);
            server.close();
            awaitTrue("document.getElementById('state').className === 'bad'");
        } finally {
            server.close();
        }
    }

    /** So that lines have a shape: some seconds of commands of several kinds. */
    private void loadForAWhile(Socket socket) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        try (Socket second = new Socket("127.0.0.1", server.addresses().get(0).getPort())) {
            Thread load = new Thread(() -> {
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < 200; i++) {
                    lines.append("SET key:").append(i).append(" a-value-of-some-bytes\nGET key:").append(i * 2).append('\n');
                }
                try {
                    while (!stop.get()) {
                        say(second, lines.toString());
                        Thread.sleep(5);
                    }
                } catch (IOException | InterruptedException ended) {
                    throw new IllegalStateException(ended);
                }
            });
            load.start();
            try {
                for (int i = 0; i < Integer.getInteger("kv.screenshots.polls", 2); i++) {
                    awaitTwoPolls();
                    say(socket, "KEYS *\nNOPE\nDEL key:" + i + "\n");
                }
                pictures();
            } finally {
                stop.set(true);
                load.join();
            }
        }
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (metric("kv_connections_open") != 1) {
            assertTrue(System.currentTimeMillis() < end, "the second client is still there");
        }
    }

    /** If somebody wants them: light, dark, and narrow. */
    private void pictures() throws IOException, InterruptedException {
        String property = System.getProperty("kv.screenshots");
        if (property == null) {
            return;
        }
        Path folder = Files.createDirectories(Path.of(property));
        for (boolean dark : new boolean[] {false, true}) {
            browser.emulate(1200, 1150, dark);
            browser.screenshot(folder.resolve(dark ? "page-dark.png" : "page-light.png"));
        }
        browser.emulate(320, 900, true);
        browser.screenshot(folder.resolve("page-narrow.png"));
        browser.emulate(1200, 1150, false);
    }
}
