package kv.commands;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * What was tried and refused: wrong passwords, certificates of nobody, commands, keys. Counted, told to the log, and kept for
 * ACL LOG.
 *
 * <p>Any thread. Bounded: {@value #ENTRIES_MAX} entries, with {@value #NAME_BYTES_MAX} bytes of a name. The same again within a
 * minute counts in the entry that is there.
 */
final class Denials {
    private static final int ENTRIES_MAX = 128;
    static final int NAME_BYTES_MAX = 128;
    private static final long SAME_MILLIS = 60_000;

    /** Each a kind of refusal, with its word in ACL LOG. */
    enum Reason {
        AUTH("auth"), COMMAND("command"), KEY("key"), CERTIFICATE("tls-cert");

        final String word;

        Reason(String word) {
            this.word = word;
        }
    }

    /**
     * One or more refusals of a kind.
     *
     * @param object the command, the key, "AUTH" or "tls-cert"; a char a byte
     * @param context toplevel, multi or lua
     * @param client as in CLIENT LIST
     */
    record Entry(long count, Reason reason, String context, String object, String user, long atMillis, String client) {
        boolean isLike(Entry other) {
            return reason == other.reason && context.equals(other.context) && object.equals(other.object)
                    && user.equals(other.user) && other.atMillis - atMillis < SAME_MILLIS;
        }
    }

    private final Background background;
    private final LongAdder[] counts = Stream.generate(LongAdder::new).limit(Reason.values().length).toArray(LongAdder[]::new);
    /** The latest first. Guarded by itself. */
    private final Deque<Entry> entries = new ArrayDeque<>();

    Denials(Background background) {
        this.background = background;
    }

    /** A wrong password, or the name of no user. */
    void login(Client client, String user, long nowMillis) {
        add(new Entry(1, Reason.AUTH, "toplevel", "AUTH", cut(user), nowMillis, line(client)));
        background.log(Background.Severity.WARNING, "authentication failed: user " + Quoted.text(user) + " from "
                + client.remote());
    }

    /** A certificate that names nobody who may come in; whoever closes the connection tells the log. */
    void certificate(Client client, String name, long nowMillis) {
        add(new Entry(1, Reason.CERTIFICATE, "toplevel", "tls-cert", cut(name), nowMillis, line(client)));
    }

    void command(Client client, String command, String context, long nowMillis) {
        add(new Entry(1, Reason.COMMAND, context, command, cut(client.userName()), nowMillis, line(client)));
    }

    void key(Client client, String key, String context, long nowMillis) {
        add(new Entry(1, Reason.KEY, context, key, cut(client.userName()), nowMillis, line(client)));
    }

    /** Of a name, which whoever guesses passwords makes up, with up to 16 KiB: what is kept. */
    private static String cut(String name) {
        int more = name.length() - NAME_BYTES_MAX;
        return more <= 0 ? name : name.substring(0, NAME_BYTES_MAX) + "... (" + more + " more bytes)";
    }

    private static String line(Client client) {
        StringBuilder line = new StringBuilder();
        client.describe(line, client.lastNanos);
        return line.toString().strip();
    }

    private void add(Entry entry) {
        counts[entry.reason.ordinal()].increment();
        synchronized (entries) {
            Entry before = null;
            for (Entry each : entries) {
                if (each.isLike(entry)) {
                    before = each;
                    break;
                }
            }
            if (before == null) {
                entries.addFirst(entry);
                if (entries.size() > ENTRIES_MAX) {
                    entries.removeLast();
                }
                return;
            }
            entries.remove(before);
            entries.addFirst(new Entry(before.count + 1, entry.reason, entry.context, entry.object, entry.user, entry.atMillis,
                    entry.client));
        }
    }

    /** How often, since the start. */
    long count(Reason reason) {
        return counts[reason.ordinal()].sum();
    }

    /** The latest first, at most so many. */
    List<Entry> latest(long max) {
        synchronized (entries) {
            return new ArrayList<>(entries).subList(0, (int) Math.min(max, entries.size()));
        }
    }

    /** Forgets the entries, not the counts. */
    void clear() {
        synchronized (entries) {
            entries.clear();
        }
    }
}
