package kv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One line of comma-separated values a reply, whatever its nesting: strings quoted as in the shell, numbers as they are,
 * nothing as NULL.
 */
final class CsvPrinter implements Printer {
    private final OutputStream out;

    CsvPrinter(OutputStream out) {
        this.out = out;
    }

    @Override
    public void print(Reply reply) throws IOException {
        StringBuilder line = new StringBuilder();
        append(reply, line);
        out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void append(Reply reply, StringBuilder line) {
        if (reply instanceof Reply.Nil) {
            line.append("NULL");
        } else if (reply instanceof Reply.Scalar scalar) {
            line.append(scalar.text());
        } else if (reply instanceof Reply.Failure failure) {
            line.append("ERROR,").append(quoted(failure.text()));
        } else if (reply instanceof Reply.Bytes value) {
            line.append(Quoting.quote(value.bytes()));
        } else if (reply instanceof Reply.Raw text) {
            line.append(Quoting.quote(text.bytes()));
        } else if (reply instanceof Reply.Line text) {
            line.append(quoted(text.text()));
        } else {
            appendItems(reply.parts(), line);
        }
    }

    private static void appendItems(List<Reply> items, StringBuilder line) {
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                line.append(',');
            }
            append(items.get(i), line);
        }
    }

    private static String quoted(String text) {
        return Quoting.quote(text.getBytes(StandardCharsets.UTF_8));
    }
}
