package kv.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Overwrites keys with values of random length until a server's memory is as scattered as it gets, then reads all keys back; says
 * how many bytes are live. Every reply is checked. compare.sh calls it:
 *
 * <pre>
 * Overwriter PROTO PORT KEYS ROUNDS      # sets each key once, then KEYS x ROUNDS times one chosen at random
 * </pre>
 *
 * <p>One line of JSON on stdout. Exit status: 0 all replies right, 1 one was not, or the server was lost, 2 bad usage.
 * <p>Owner: one thread. All keys have 16 bytes, values 1 to {@value #VALUE_BYTES_MAX}, all lengths alike.
 */
final class Overwriter implements AutoCloseable {
    static final int KEY_BYTES = 16;
    static final int VALUE_BYTES_MAX = 1000;
    /** Requests sent before their replies are read: what a server answers meanwhile fits into the sockets' buffers. */
    private static final int BATCH = 64;
    private static final int SEED = 1;
    /** Without any reply for so long, the server is lost. */
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;
    /** By length of the value. */
    private final Wire[] wires = new Wire[VALUE_BYTES_MAX + 1];
    /** Of the value that each key has. */
    private final short[] lengths;
    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final byte[] out;
    private final byte[] in;
    private final int[] batchKeys = new int[BATCH];
    private final short[] batchLengths = new short[BATCH];

    Overwriter(Wire.Protocol protocol, int port, int keys) throws IOException {
        for (int length = 1; length <= VALUE_BYTES_MAX; length++) {
            wires[length] = new Wire(protocol, KEY_BYTES, length);
        }
        lengths = new short[keys];
        out = new byte[BATCH * wires[VALUE_BYTES_MAX].requestBytesMax()];
        in = new byte[BATCH * wires[VALUE_BYTES_MAX].replyBytesMax()];
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        input = socket.getInputStream();
        output = socket.getOutputStream();
    }

    /** See the class. */
    public static void main(String[] args) {
        if (args.length != 4) {
            System.err.println("usage: Overwriter PROTO PORT KEYS ROUNDS");
            System.exit(2);
        }
        int status = 2;
        try {
            run(Wire.Protocol.named(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            status = 0;
        } catch (IllegalArgumentException badUsage) {
            System.err.println("Overwriter: " + badUsage.getMessage());
        } catch (IOException failure) {
            System.err.println("Overwriter: " + failure.getMessage());
            status = 1;
        }
        System.exit(status);
    }

    private static void run(Wire.Protocol protocol, int port, int keys, int rounds) throws IOException {
        try (Overwriter overwriter = new Overwriter(protocol, port, keys)) {
            overwriter.setAll();
            overwriter.overwrite((long) rounds * keys);
            overwriter.readAll();
            System.out.println(new JsonLine().put("keys", keys).put("live_bytes", overwriter.liveBytes()));
        }
    }

    /** Each key once, in order. */
    void setAll() throws IOException {
        exchangeAll(false, lengths.length, new InOrder());
    }

    /** So many keys, each any one. */
    void overwrite(long count) throws IOException {
        exchangeAll(false, count, () -> random.nextInt(lengths.length));
    }

    /** Each key once: the value must be the last that was set. */
    void readAll() throws IOException {
        exchangeAll(true, lengths.length, new InOrder());
    }

    /** Bytes of all keys and their values. */
    long liveBytes() {
        long bytes = 0;
        for (short length : lengths) {
            bytes += KEY_BYTES + length;
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void exchangeAll(boolean isGet, long count, IntSupplier keys) throws IOException {
        for (long left = count; left > 0; left -= BATCH) {
            exchange(isGet, (int) Math.min(BATCH, left), keys);
        }
    }

    private void exchange(boolean isGet, int count, IntSupplier keys) throws IOException {
        int end = 0;
        for (int i = 0; i < count; i++) {
            int key = keys.getAsInt();
            if (!isGet) {
                lengths[key] = (short) (1 + random.nextInt(VALUE_BYTES_MAX));
            }
            batchKeys[i] = key;
            batchLengths[i] = lengths[key];
            end = wires[lengths[key]].putRequest(out, end, isGet, key);
        }
        output.write(out, 0, end);
        int from = 0;
        int to = 0;
        for (int i = 0; i < count;) {
            int length = to == from ? Wire.INCOMPLETE : wires[batchLengths[i]].check(in, from, to, isGet, batchKeys[i]);
            if (length == Wire.WRONG) {
                throw new IOException("wrong reply about key " + batchKeys[i]);
            }
            if (length != Wire.INCOMPLETE) {
                from += length;
                i++;
            } else if (to == in.length) {
                throw new IOException("replies longer than they should be");
            } else {
                int got = input.read(in, to, in.length - to);
                if (got < 0) {
                    throw new IOException("the server has closed the connection");
                }
                to += got;
            }
        }
        if (from < to) {
            throw new IOException("a reply that nobody asked for");
        }
    }

    private static final class InOrder implements IntSupplier {
        private int next;

        @Override
        public int getAsInt() {
            return next++;
        }
    }
}
