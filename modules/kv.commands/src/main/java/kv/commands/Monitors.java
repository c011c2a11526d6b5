package kv.commands;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import kv.protocol.CommandSpec;
import kv.protocol.Request;

/**
 * Who watches what all others do: a line for each command that has run, in Redis's form, to each client that has said MONITOR.
 *
 * <p>Any thread. A monitor cannot slow the server by much: {@value #MAX} at once, lines of some KiB, {@value #WAITING_BYTES_MAX}
 * bytes wait for each; what does not fit is left out, and the next line says how many were.
 */
final class Monitors {
    static final int MAX = 8;
    private static final int WAITING_BYTES_MAX = 1 << 20;

    private record Monitor(Client client, Postbox postbox, AtomicLong leftOut) {
    }

    private final List<Monitor> all = new CopyOnWriteArrayList<>();
    private final AtomicLong leftOut = new AtomicLong();

    /** False if there are too many. One that watches already goes on. */
    synchronized boolean add(Client client, Postbox postbox) {
        if (client.monitors) {
            return true;
        }
        if (all.size() == MAX) {
            return false;
        }
        client.monitors = true;
        all.add(new Monitor(client, postbox, new AtomicLong()));
        postbox.await(true);
        return true;
    }

    /** It watches no more. */
    synchronized void remove(Client client) {
        client.monitors = false;
        all.removeIf(monitor -> {
            if (monitor.client == client) {
                monitor.postbox.await(false);
            }
            return monitor.client == client;
        });
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** How many lines have been left out, of all monitors. */
    long leftOut() {
        return leftOut.get();
    }

    /** A command has run. Its request is still readable. */
    void saw(Command command, Request request, Client client, long beganMillis) {
        if (!command.flags().contains(CommandSpec.Flag.ADMIN)) {
            show(line(command, request, client.database, client.remote(), beganMillis), beganMillis);
        }
    }

    /** A line, with its end, of a command that has begun at this moment. */
    void show(byte[] line, long beganMillis) {
        for (Monitor monitor : all) {
            send(monitor, line, beganMillis);
        }
    }

    private void send(Monitor monitor, byte[] line, long millis) {
        long missing = monitor.leftOut.get();
        if (missing > 0) {
            byte[] notice = (time(millis) + " [0 kv-server] \"" + missing + " commands were left out\"\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            // A line's room must be left, too, or notices would follow each other with nothing between them.
            if (!monitor.postbox.offer(ByteBuffer.wrap(notice), WAITING_BYTES_MAX / 2)) {
                leaveOut(monitor);
                return;
            }
            monitor.leftOut.addAndGet(-missing);
        }
        if (!monitor.postbox.offer(ByteBuffer.wrap(line), WAITING_BYTES_MAX)) {
            leaveOut(monitor);
        }
    }

    private void leaveOut(Monitor monitor) {
        monitor.leftOut.incrementAndGet();
        leftOut.incrementAndGet();
    }

    /** So many lines were not even made. */
    void leaveOut(long count) {
        for (Monitor monitor : all) {
            monitor.leftOut.addAndGet(count);
            leftOut.addAndGet(count);
        }
    }

    private static String time(long millis) {
        return String.format(Locale.ROOT, "+%d.%03d000", millis / 1000, millis % 1000);
    }

    /** @param from who has sent it: an address, or "lua" */
    static byte[] line(Command command, Request request, int database, String from, long beganMillis) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        String head = time(beganMillis) + " [" + database + " " + from + "]";
        line.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        for (byte[] arg : ShownArguments.of(command, request)) {
            line.write(' ');
            line.write('"');
            for (byte b : arg) {
                quote(b, line);
            }
            line.write('"');
        }
        line.write('\r');
        line.write('\n');
        return line.toByteArray();
    }

    private static void quote(byte b, ByteArrayOutputStream line) {
        int escape = "\n\r\t\b\u0007\"\\".indexOf(b);
        if (escape >= 0) {
            line.write('\\');
            line.write("nrtba\"\\".charAt(escape));
        } else if (b >= ' ' && b < 0x7F) {
            line.write(b);
        } else {
            line.writeBytes(String.format(Locale.ROOT, "\\x%02x", b).getBytes(StandardCharsets.US_ASCII));
        }
    }
}
