package kv.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * All keys, some at a time, while the server goes on serving others. A key that is there the whole time comes at least once.
 */
final class KeyScan {
    private static final String COUNT = "500";

    private final Server server;
    private final String pattern;
    private byte[] cursor = {'0'};
    private boolean started;

    /** @param pattern which keys; null = all */
    KeyScan(Server server, String pattern) {
        this.server = server;
        this.pattern = pattern;
    }

    boolean hasNext() {
        return !started || cursor.length != 1 || cursor[0] != '0';
    }

    /** The next keys, each a {@link Reply.Bytes}; none does not mean that it is the end. */
    List<Reply> next() throws IOException, UsageException {
        started = true;
        List<byte[]> words = new ArrayList<>(List.of(Server.bytes("SCAN").get(0), cursor));
        words.addAll(Server.bytes("COUNT", COUNT));
        if (pattern != null) {
            words.addAll(Server.bytes("MATCH", pattern));
        }
        Reply reply = server.ask(words);
        if (reply instanceof Reply.Items parts && parts.items().size() == 2 && parts.items().get(0) instanceof Reply.Bytes next
                && parts.items().get(1) instanceof Reply.Items keys) {
            cursor = next.bytes();
            return keys.items();
        }
        throw new IOException("an unexpected reply to SCAN: " + reply);
    }
}
