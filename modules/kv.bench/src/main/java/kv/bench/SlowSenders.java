package kv.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Many connections that say nothing, or a request a byte a time: when the server has closed them, and what another client notices
 * meanwhile, beside what it notices before. A line of JSON.
 *
 * <pre>
 * SlowSenders PORT ATTACKED_PORT silent|slow|slow-tls COUNT
 * </pre>
 *
 * <p>The client asks on PORT, a thousand times a second, by a clock that does not wait for replies; a reply's time counts from
 * when its request was due. The server's limit is its own: start it with {@code --request-timeout 5s --auth-timeout 5s
 * --tls-handshake-timeout 5s --idle-timeout 5s}.
 *
 * <p>Owner: two threads: one attacks, one asks.
 */
final class SlowSenders {
    private static final long INTERVAL_NANOS = 1_000_000;
    private static final int QUIET_REQUESTS = 5_000;
    private static final byte[] PING = "PING\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SLOW = "*2\r\n$4\r\nAUTH\r\n$16000\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SLOW_TLS = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC};

    private final int port;
    private final byte[] beginning;
    private final List<SocketChannel> open = new ArrayList<>();
    private volatile boolean over;
    private double openSeconds;
    private double goneSeconds;

    /** @param beginning what each sends at first; null: nothing is ever sent */
    private SlowSenders(int port, byte[] beginning) {
        this.port = port;
        this.beginning = beginning;
    }

    /** See the class. */
    public static void main(String[] args) throws Exception {
        if (args.length != 4) {
            System.err.println("usage: SlowSenders PORT ATTACKED_PORT silent|slow|slow-tls COUNT");
            System.exit(2);
        }
        byte[] beginning = switch (args[2]) {
            case "silent" -> null;
            case "slow" -> SLOW;
            case "slow-tls" -> SLOW_TLS;
            default -> throw new IllegalArgumentException(args[2]);
        };
        SlowSenders attack = new SlowSenders(Integer.parseInt(args[1]), beginning);
        int count = Integer.parseInt(args[3]);
        try (Socket client = new Socket("127.0.0.1", Integer.parseInt(args[0]))) {
            client.setTcpNoDelay(true);
            ask(client, QUIET_REQUESTS, null); // the server's code becomes warm
            long[] quiet = ask(client, QUIET_REQUESTS, null);
            Thread attacker = new Thread(() -> attack.run(count), "attacker");
            attacker.start();
            long[] attacked = ask(client, Integer.MAX_VALUE, attack);
            attacker.join();
            System.out.println(new JsonLine().put("kind", args[2]).put("connections", count)
                    .put("all_open_s", attack.openSeconds, 3).put("all_gone_s", attack.goneSeconds, 3)
                    .put("quiet_p99_us", percentile(quiet, 99)).put("attacked_p99_us", percentile(attacked, 99))
                    .put("quiet_max_us", percentile(quiet, 100)).put("attacked_max_us", percentile(attacked, 100)));
        }
    }

    private void run(int count) {
        long start = System.nanoTime();
        try {
            for (int i = 0; i < count; i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                if (beginning != null) {
                    channel.write(ByteBuffer.wrap(beginning));
                }
                channel.configureBlocking(false);
                open.add(channel);
            }
            openSeconds = (System.nanoTime() - start) / 1e9;
            while (!open.isEmpty()) {
                open.removeIf(this::hasGone);
                Thread.sleep(100);
            }
        } catch (IOException | InterruptedException failed) {
            System.err.println("SlowSenders: " + failed);
        }
        goneSeconds = (System.nanoTime() - start) / 1e9;
        over = true;
    }

    private boolean hasGone(SocketChannel channel) {
        try {
            if (channel.read(ByteBuffer.allocate(64)) >= 0) {
                if (beginning != null) {
                    channel.write(ByteBuffer.allocate(1));
                }
                return false;
            }
            channel.close();
        } catch (IOException reset) {
            // gone
        }
        return true;
    }

    /** Asks at its moments until the attack is over, or so often. @return how long each took, in microseconds */
    private static long[] ask(Socket client, int most, SlowSenders attack) throws IOException {
        InputStream in = client.getInputStream();
        long[] micros = new long[Math.min(most, 600_000)];
        int asked = 0;
        long due = System.nanoTime();
        while (asked < micros.length && (attack == null || !attack.over)) {
            while (System.nanoTime() < due) {
                Thread.onSpinWait();
            }
            client.getOutputStream().write(PING);
            while (in.read() != '\n') {
                // one line
            }
            micros[asked++] = (System.nanoTime() - due) / 1000;
            due += INTERVAL_NANOS;
        }
        return Arrays.copyOf(micros, asked);
    }

    private static long percentile(long[] micros, int percent) {
        long[] sorted = micros.clone();
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(sorted.length * percent / 100.0) - 1)];
    }
}
