package kv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sends commands that a person wrote and prints the replies. */
final class Commands {
    private final Server server;
    private final Printer printer;
    private final boolean forPeople;

    Commands(Server server, OutputStream out, Options.Format format) {
        this.server = server;
        printer = switch (format) {
            case PRETTY -> new PrettyPrinter(out);
            case JSON -> new JsonPrinter(out);
            case CSV -> new CsvPrinter(out);
            default -> new RawPrinter(out);
        };
        forPeople = format == Options.Format.PRETTY;
    }

    /** {@link Cli#OK}, or {@link Cli#FAILED} if the server replied with an error. */
    int run(List<byte[]> words) throws IOException, UsageException {
        if (isStream(words)) {
            return follow(words);
        }
        Reply reply = server.ask(words);
        boolean isReport = forPeople && reply instanceof Reply.Bytes && isReport(words);
        printer.print(isReport ? report((Reply.Bytes) reply) : reply);
        return reply instanceof Reply.Failure ? Cli.FAILED : Cli.OK;
    }

    /** Prints what comes until the connection ends; whoever has enough ends it. */
    private int follow(List<byte[]> words) throws IOException, UsageException {
        server.send(words);
        while (true) {
            Reply reply = server.next();
            printer.print(reply);
            if (reply instanceof Reply.Failure) {
                return Cli.FAILED;
            }
        }
    }

    private static Reply report(Reply.Bytes reply) {
        return new Reply.Line(reply.text().replace("\r", "").stripTrailing());
    }

    /** Whether the reply is many lines for people, although RESP2 can say only that it is bytes. */
    private static boolean isReport(List<byte[]> words) {
        return isOneOf(words.get(0), "INFO", "CLIENT", "LATENCY", "MEMORY");
    }

    /** Whether the reply has no end. */
    private static boolean isStream(List<byte[]> words) {
        return isOneOf(words.get(0), "MONITOR", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE");
    }

    private static boolean isOneOf(byte[] word, String... names) {
        String text = new String(word, StandardCharsets.UTF_8);
        for (String name : names) {
            if (text.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }
}
