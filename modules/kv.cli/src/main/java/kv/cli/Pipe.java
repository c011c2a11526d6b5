package kv.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sends standard input to the server as it is, RESP that is made elsewhere, and counts the replies as they come.
 *
 * <p>Owner: one thread, which sends; a second one, started here, reads, or the two sides would wait for each other.
 */
final class Pipe {
    // The end is known by a word that nobody else can have sent: ECHO gives it back when all before it has been answered.
    private static final int MARK_BYTES = 20;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Server server;
    private final RespProtocol protocol = new RespProtocol();
    private final PrintStream err;
    private final String mark;
    private final CountDownLatch done = new CountDownLatch(1);
    // Written by the reading thread, read by the other when `done` is, or for a message.
    private volatile long replies;
    private volatile long errors;
    private volatile IOException failure;

    Pipe(Server server, PrintStream err) {
        this.server = server;
        this.err = err;
        byte[] random = new byte[MARK_BYTES / 2];
        new SecureRandom().nextBytes(random);
        StringBuilder digits = new StringBuilder();
        for (byte next : random) {
            digits.append(Character.forDigit(next >> 4 & 15, 16)).append(Character.forDigit(next & 15, 16));
        }
        mark = digits.toString();
    }

    /** @param secondsMax how long the last reply may take once all is sent; 0 = for ever */
    int run(InputStream in, OutputStream out, int secondsMax) throws IOException, UsageException, InterruptedException {
        server.ask("PING"); // in RESP: lines as people write them, which may follow, would be the text protocol else
        Thread reader = new Thread(this::readReplies, "kv-cli-replies");
        reader.setDaemon(true);
        reader.start();
        try {
            send(in);
            say(out, "All data transferred. Waiting for the last reply...\n");
        } catch (IOException broken) {
            done.await(1, TimeUnit.SECONDS); // the server has most likely said why before it closed
            throw failure != null && replies == 0 ? failure : broken;
        }
        if (secondsMax == 0) {
            done.await();
        } else {
            waitWhileRepliesCome(secondsMax);
        }
        if (failure != null) {
            throw failure;
        }
        say(out, "Last reply received from server.\nerrors: " + errors + ", replies: " + replies + "\n");
        return errors == 0 ? Cli.OK : Cli.FAILED;
    }

    private void waitWhileRepliesCome(int secondsMax) throws IOException, InterruptedException {
        long before = -1;
        while (!done.await(secondsMax, TimeUnit.SECONDS)) {
            if (replies == before) {
                throw new IOException("no reply for " + secondsMax + " seconds; errors: " + errors + ", replies: " + replies);
            }
            before = replies;
        }
    }

    private void send(InputStream in) throws IOException {
        OutputStream out = server.out();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            out.write(buffer, 0, count);
            if (in.available() == 0) {
                out.flush();
            }
        }
        protocol.write(Server.bytes("ECHO", mark), out);
        out.flush();
    }

    private void readReplies() {
        try {
            while (true) {
                Reply reply = protocol.read(server.in());
                if (reply instanceof Reply.Bytes value && value.bytes().length == MARK_BYTES && value.text().equals(mark)) {
                    return;
                }
                if (reply instanceof Reply.Failure error) {
                    errors++;
                    err.println(error.text());
                }
                replies++;
            }
        } catch (IOException broken) {
            failure = broken;
        } finally {
            done.countDown();
        }
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
