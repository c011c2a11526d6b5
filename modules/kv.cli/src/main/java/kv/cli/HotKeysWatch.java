package kv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The keys that take most of the server's time and most bytes of the network, looked for during some seconds. */
final class HotKeysWatch {
    private static final long MILLIS_DEFAULT = 5_000;

    private final Server server;
    private final OutputStream out;

    HotKeysWatch(Server server, OutputStream out) {
        this.server = server;
        this.out = out;
    }

    int run(Pace pace) throws IOException, UsageException, InterruptedException {
        long millis = pace.millis(MILLIS_DEFAULT);
        // Should this program be ended, the server stops by itself.
        String seconds = Long.toString(millis / 1000 + 1);
        Reply started = server.ask("HOTKEYS", "START", "METRICS", "2", "CPU", "NET", "DURATION", seconds);
        if (started instanceof Reply.Failure failure) {
            throw new IOException(failure.text());
        }
        Thread.sleep(millis);
        server.ask("HOTKEYS", "STOP");
        Reply found = server.ask("HOTKEYS", "GET");
        server.ask("HOTKEYS", "RESET");
        List<Reply> fields = found.parts() == null || found.parts().isEmpty() ? List.of() : found.parts().get(0).parts();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            String name = ((Reply.Bytes) fields.get(i)).text();
            if (name.equals("by-cpu-time-us")) {
                append("microseconds", fields.get(i + 1).parts(), text);
            } else if (name.equals("by-net-bytes")) {
                append("bytes on the network", fields.get(i + 1).parts(), text);
            }
        }
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        return Cli.OK;
    }

    private static void append(String unit, List<Reply> keysAndSums, StringBuilder text) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i + 1 < keysAndSums.size(); i += 2) {
            lines.add(String.format("%12s  %s%n", ((Reply.Scalar) keysAndSums.get(i + 1)).text(),
                    Quoting.quote(((Reply.Bytes) keysAndSums.get(i)).bytes())));
        }
        text.append(unit).append(lines.isEmpty() ? ": none\n" : ":\n");
        lines.forEach(text::append);
    }
}
