package kv.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chromium without a window, driven by chromedriver as the W3C's WebDriver has it: only what the page's test needs.
 *
 * <p>Failure: whatever the driver refuses is an exception with its answer.
 */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(300);
    private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process driver;
    private final String base;
    private final String session;

    Browser(int width, int height) throws IOException, InterruptedException {
        driver = new ProcessBuilder("chromedriver", "--port=0").redirectErrorStream(true).start();
        base = "http://127.0.0.1:" + port(driver);
        String started = ask("POST", "/session",
                "{\"capabilities\":{\"alwaysMatch\":{\"goog:chromeOptions\":{\"args\":[\"--headless=new\","
                + "\"--no-sandbox\",\"--disable-gpu\",\"--hide-scrollbars\",\"--window-size=" + width + "," + height + "\"]},"
                + "\"goog:loggingPrefs\":{\"browser\":\"ALL\"}}}}");
        session = "/session/" + value(started, "sessionId");
    }

    /** It says which one it has taken, in one of its first lines. */
    private static String port(Process driver) throws IOException {
        BufferedReader said = new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
        while (true) {
            String line = said.readLine();
            if (line == null) {
                throw new IOException("chromedriver does not start");
            }
            Matcher found = PORT.matcher(line);
            if (found.find()) {
                return found.group(1);
            }
        }
    }

    static boolean isHere() {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, "chromedriver"))) {
                return true;
            }
        }
        return false;
    }

    void open(String url) throws IOException, InterruptedException {
        ask("POST", session + "/url", "{\"url\":\"" + url + "\"}");
    }

    /** The width of what the page is laid out for, whatever the least width of a window is. */
    void emulate(int width, int height, boolean dark) throws IOException, InterruptedException {
        devtools("Emulation.setDeviceMetricsOverride", "{\"width\":" + width + ",\"height\":" + height
                + ",\"deviceScaleFactor\":1,\"mobile\":false}");
        devtools("Emulation.setEmulatedMedia", "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\""
                + (dark ? "dark" : "light") + "\"}]}");
    }

    private void devtools(String command, String parameters) throws IOException, InterruptedException {
        ask("POST", session + "/goog/cdp/execute", "{\"cmd\":\"" + command + "\",\"params\":" + parameters + "}");
    }

    /** What a script of one expression gives, as text. */
    String evaluate(String expression) throws IOException, InterruptedException {
        String script = "return String(" + expression.replace("\\", "\\\\").replace("\"", "\\\"") + ")";
        return value(ask("POST", session + "/execute/sync", "{\"script\":\"" + script + "\",\"args\":[]}"), "value");
    }

    /** All that the page has complained of. */
    String complaints() throws IOException, InterruptedException {
        return ask("POST", session + "/se/log", "{\"type\":\"browser\"}");
    }

    void screenshot(Path file) throws IOException, InterruptedException {
        Files.write(file, Base64.getDecoder().decode(value(ask("GET", session + "/screenshot", null), "value")));
    }

    private String ask(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE)
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body)).build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.body());
        }
        return answer.body();
    }

    private static String value(String json, String name) {
        int start = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
        StringBuilder text = new StringBuilder();
        for (int i = start; json.charAt(i) != '"'; i++) {
            char next = json.charAt(i);
            if (next == '\\') {
                next = json.charAt(++i);
                if (next == 'u') {
                    next = (char) Integer.parseInt(json.substring(i + 1, i + 5), 16);
                    i += 4;
                } else if (next == 'n') {
                    next = '\n';
                }
            }
            text.append(next);
        }
        return text.toString();
    }

    @Override
    public void close() {
        try {
            ask("DELETE", session, null);
        } catch (IOException gone) {
            // it goes with its driver
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        driver.destroy();
    }
}
