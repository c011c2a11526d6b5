package kv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sends commands that a person wrote and prints the replies. */
final class Commands {
    private final Server server;
    private final ReplyPrinter printer;
    private final boolean raw;

    Commands(Server server, OutputStream out, boolean raw) {
        this.server = server;
        printer = new ReplyPrinter(out, raw);
        this.raw = raw;
    }

    /** {@link Cli#OK}, or {@link Cli#FAILED} if the server replied with an error. */
    int run(List<byte[]> words) throws IOException, UsageException {
        Reply reply = server.ask(words);
        boolean isReport = !raw && reply instanceof Reply.Bytes && isReport(words);
        printer.print(isReport ? report((Reply.Bytes) reply) : reply);
        return reply instanceof Reply.Failure ? Cli.FAILED : Cli.OK;
    }

    private static Reply report(Reply.Bytes reply) {
        return new Reply.Line(reply.text().replace("\r", "").stripTrailing());
    }

    /** Whether the reply is many lines for people, although RESP2 can say only that it is bytes. */
    private static boolean isReport(List<byte[]> words) {
        String word = new String(words.get(0), StandardCharsets.UTF_8);
        return word.equalsIgnoreCase("INFO") || word.equalsIgnoreCase("CLIENT") || word.equalsIgnoreCase("LATENCY");
    }
}
