package kv.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection that does its worst to a server, again and again, until the process is ended. compare.sh calls it:
 *
 * <pre>
 * Attacker SERVER PORT ATTACK     # SERVER: kv-server, or another that speaks RESP; ATTACK: one of --list
 * Attacker --list
 * </pre>
 *
 * <p>Says "attacking" on stdout when everything that the attack needs is there, and a line of JSON when it is ended: how many
 * requests were answered, in how many seconds. A batch of requests ends with a PING; when that is answered, the next batch is
 * sent.
 *
 * <p>Owner: two threads: one sends, one receives, so that neither the server nor this ever waits for the other with full buffers.
 */
final class Attacker implements AutoCloseable {
    private static final String MARK = "PING\n";
    private static final String MARK_REPLY = "+PONG\r\n";
    private static final String RESP_MARK = "*1\r\n$4\r\nPING\r\n";

    private final Socket socket;
    private final Attack attack;
    private final List<Socket> idle = new ArrayList<>();
    private final byte[] batch;
    private volatile long answered;
    private volatile long startNanos;

    private Attacker(String server, int port, Attack attack) throws IOException {
        this.attack = attack;
        boolean isOurs = server.startsWith(Results.OURS);
        boolean isText = isOurs && attack.isText();
        batch = bytes(attack.batch(isOurs) + (isText ? MARK : RESP_MARK));
        try (Socket preparing = new Socket(InetAddress.getLoopbackAddress(), port)) {
            prepare(preparing);
        }
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        for (int i = 0; attack.wantsIdleConnections() && i < Attack.IDLE_CONNECTIONS; i++) {
            idle.add(new Socket(InetAddress.getLoopbackAddress(), port));
        }
    }

    /** See the class. */
    public static void main(String[] args) throws IOException {
        if (args.length == 1 && args[0].equals("--list")) {
            Attack.labels().forEach(System.out::println);
            return;
        }
        if (args.length != 3) {
            System.err.println("usage: Attacker SERVER PORT ATTACK | --list");
            System.exit(2);
        }
        try (Attacker attacker = new Attacker(args[0], Integer.parseInt(args[1]), Attack.named(args[2]))) {
            attacker.run();
        }
    }

    private static void prepare(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        List<String> requests = new ArrayList<>();
        Attack.prepare(requests::add);
        for (String request : requests) {
            out.write(bytes(request));
            String reply = line(socket.getInputStream());
            if (!reply.startsWith("+OK")) {
                throw new IOException("cannot prepare the attack: " + reply);
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next; (next = in.read()) >= 0 && next != '\n';) {
            line.append((char) next);
        }
        return line.toString();
    }

    private void run() throws IOException {
        startNanos = System.nanoTime();
        Runtime.getRuntime().addShutdownHook(new Thread(this::report));
        System.out.println("attacking");
        InputStream in = socket.getInputStream();
        byte[] received = new byte[1 << 18];
        while (true) {
            Thread sender = new Thread(this::send, "sender");
            sender.start();
            awaitMark(in, received);
            answered += attack.requests();
        }
    }

    private void send() {
        try {
            socket.getOutputStream().write(batch);
        } catch (IOException lost) {
            System.err.println("Attacker: " + lost.getMessage());
        }
    }

    /** Until the last bytes received are the mark's reply; nothing that the attacks store looks like it. */
    private static void awaitMark(InputStream in, byte[] received) throws IOException {
        String last = "";
        while (!last.endsWith(MARK_REPLY)) {
            int count = in.read(received);
            if (count < 0) {
                throw new IOException("the server has closed the connection");
            }
            int kept = Math.min(count, MARK_REPLY.length());
            last += new String(received, count - kept, kept, StandardCharsets.ISO_8859_1);
            last = last.substring(Math.max(0, last.length() - MARK_REPLY.length()));
        }
    }

    private void report() {
        System.out.println(new JsonLine().put("attacked", answered).put("attack_s", (System.nanoTime() - startNanos) / 1e9, 3));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        for (Socket each : idle) {
            each.close();
        }
        socket.close();
    }
}
