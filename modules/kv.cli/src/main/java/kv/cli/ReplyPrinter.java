package kv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Prints replies: raw, as bytes and one item a line, or for people, who want to see what is text, number and nothing. */
final class ReplyPrinter {
    private final OutputStream out;
    private final boolean raw;

    ReplyPrinter(OutputStream out, boolean raw) {
        this.out = out;
        this.raw = raw;
    }

    void print(Reply reply) throws IOException {
        if (raw) {
            printRaw(reply);
        } else {
            printPretty(reply, "");
        }
        out.flush();
    }

    private void printRaw(Reply reply) throws IOException {
        if (reply instanceof Reply.Bytes value) {
            line(value.bytes());
        } else if (reply instanceof Reply.Raw line) {
            line(line.bytes());
        } else if (reply instanceof Reply.Line line) {
            line(line.text());
        } else if (reply instanceof Reply.Failure failure) {
            line(failure.text());
        } else if (reply instanceof Reply.Scalar scalar) {
            line(scalar.text());
        } else if (reply instanceof Reply.Items several) {
            for (Reply item : several.items()) printRaw(item);
        } else if (reply instanceof Reply.Pairs pairs) {
            for (Reply item : pairs.keysAndValues()) printRaw(item);
        } else {
            line("");
        }
    }

    /** The first line goes where the cursor is; further ones start with {@code indent}. */
    private void printPretty(Reply reply, String indent) throws IOException {
        if (reply instanceof Reply.Bytes value) {
            line(Quoting.quote(value.bytes()));
        } else if (reply instanceof Reply.Raw line) {
            printTextLine(line.bytes());
        } else if (reply instanceof Reply.Line line) {
            line(line.text());
        } else if (reply instanceof Reply.Failure failure) {
            line("(error) " + failure.text());
        } else if (reply instanceof Reply.Scalar scalar) {
            line("(" + scalar.kind() + ") " + scalar.text());
        } else if (reply instanceof Reply.Items several) {
            printItems(several.items(), indent);
        } else if (reply instanceof Reply.Pairs pairs) {
            printPairs(pairs.keysAndValues(), indent);
        } else {
            line("(nil)");
        }
    }

    // A value with control characters would do to the terminal whatever they say.
    private void printTextLine(byte[] line) throws IOException {
        String quoted = Quoting.quote(line);
        boolean plain = quoted.indexOf('\\') < 0;
        line(plain ? quoted.substring(1, quoted.length() - 1) : quoted);
    }

    private void printItems(List<Reply> items, String indent) throws IOException {
        if (items.isEmpty()) line("(empty)");
        int digits = Integer.toString(items.size()).length();
        for (int i = 0; i < items.size(); i++) {
            String number = (" ".repeat(digits) + (i + 1)).substring(Integer.toString(i + 1).length()) + ") ";
            text(i == 0 ? number : indent + number);
            printPretty(items.get(i), indent + " ".repeat(number.length()));
        }
    }

    private void printPairs(List<Reply> keysAndValues, String indent) throws IOException {
        if (keysAndValues.isEmpty()) line("(empty)");
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            String key = key(keysAndValues.get(i)) + " => ";
            text(i == 0 ? key : indent + key);
            printPretty(keysAndValues.get(i + 1), indent + "  ");
        }
    }

    private static String key(Reply key) {
        if (key instanceof Reply.Bytes name) return Quoting.quote(name.bytes());
        return key instanceof Reply.Line name ? name.text() : key.toString();
    }

    private void line(String text) throws IOException {
        text(text);
        out.write('\n');
    }

    private void line(byte[] bytes) throws IOException {
        out.write(bytes);
        out.write('\n');
    }

    private void text(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
