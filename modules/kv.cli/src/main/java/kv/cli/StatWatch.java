package kv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A line a second with the server's figures, from INFO. */
final class StatWatch {
    private static final long LINE_MILLIS = 1_000;
    private static final int HEADING_EVERY_LINES = 20;

    private final Server server;
    private final OutputStream out;

    StatWatch(Server server, OutputStream out) {
        this.server = server;
        this.out = out;
    }

    int run(Pace pace) throws IOException, UsageException, InterruptedException {
        long requestsBefore = -1;
        long nanosBefore = 0;
        for (int line = 0; pace.hasNext(line, 0); line++) {
            pace.pauseBefore(line, LINE_MILLIS);
            Map<String, String> info = info();
            long nanos = System.nanoTime();
            long requests = number(info, "total_commands_processed");
            double rate = requestsBefore < 0 ? 0 : (requests - requestsBefore) * 1e9 / Math.max(1, nanos - nanosBefore);
            requestsBefore = requests;
            nanosBefore = nanos;
            if (line % HEADING_EVERY_LINES == 0) {
                print("        keys     memory  clients        requests    a second    connections\n");
            }
            print(String.format(Locale.ROOT, "%12d %10s %8d %15d %11.0f %14d%n", keys(info), size(number(info, "used_memory")),
                    number(info, "connected_clients"), requests, rate, number(info, "total_connections_received")));
            out.flush();
        }
        return Cli.OK;
    }

    private Map<String, String> info() throws IOException, UsageException {
        Reply reply = server.ask("INFO");
        String text = reply instanceof Reply.Bytes bytes ? bytes.text() : reply instanceof Reply.Line line ? line.text() : null;
        if (text == null) {
            throw new IOException("an unexpected reply to INFO: " + reply);
        }
        Map<String, String> info = new HashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                info.put(line.substring(0, colon), line.substring(colon + 1));
            }
        });
        return info;
    }

    private static long number(Map<String, String> info, String name) {
        String text = info.getOrDefault(name, "");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    /** From {@code db0:keys=3,expires=0,avg_ttl=0}; there is no such line without keys. */
    private static long keys(Map<String, String> info) {
        String digits = info.getOrDefault("db0", "").replaceFirst("keys=(\\d+),.*", "$1");
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }

    private static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + "";
        }
        double shown = bytes;
        int unit = -1;
        for (; shown >= 1024; unit++) {
            shown /= 1024;
        }
        return String.format(Locale.ROOT, "%.2f%c", shown, "kmgtp".charAt(unit));
    }

    private void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
