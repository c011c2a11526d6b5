package kv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The keys with the longest values, and sums over all. Sizes in bytes. What changes meanwhile may be missed or counted twice.
 */
final class BigKeys {
    private static final int SHOWN_MAX = 10;

    private record Entry(byte[] key, long valueBytes) {
    }

    private final Server server;
    // The shortest first, so that it is the one to go.
    private final PriorityQueue<Entry> longest = new PriorityQueue<>(Comparator.comparingLong(Entry::valueBytes));
    private long keys;
    private long keyBytes;
    private long valueBytes;

    BigKeys(Server server) {
        this.server = server;
    }

    int run(OutputStream out) throws IOException, UsageException {
        KeyScan scan = new KeyScan(server, null);
        while (scan.hasNext()) {
            measure(scan.next());
        }
        StringBuilder text = new StringBuilder();
        text.append("keys: ").append(keys).append(", bytes of keys: ").append(keyBytes)
                .append(", bytes of values: ").append(valueBytes).append('\n');
        List<Entry> entries = new ArrayList<>(longest);
        entries.sort(Comparator.comparingLong(Entry::valueBytes).reversed());
        for (Entry entry : entries) {
            text.append(String.format("%12d  %s%n", entry.valueBytes, Quoting.quote(entry.key)));
        }
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        return Cli.OK;
    }

    private void measure(List<Reply> found) throws IOException, UsageException {
        if (found.isEmpty()) {
            return;
        }
        List<List<byte[]>> commands = new ArrayList<>(found.size());
        for (Reply key : found) {
            commands.add(List.of(Server.bytes("STRLEN").get(0), ((Reply.Bytes) key).bytes()));
        }
        List<Reply> lengths = server.askAll(commands);
        for (int i = 0; i < found.size(); i++) {
            if (lengths.get(i) instanceof Reply.Scalar length) {
                add(new Entry(((Reply.Bytes) found.get(i)).bytes(), Long.parseLong(length.text())));
            }
        }
    }

    private void add(Entry entry) {
        keys++;
        keyBytes += entry.key.length;
        valueBytes += entry.valueBytes;
        longest.add(entry);
        if (longest.size() > SHOWN_MAX) {
            longest.remove();
        }
    }
}
