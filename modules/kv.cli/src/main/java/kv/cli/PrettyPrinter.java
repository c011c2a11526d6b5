package kv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** For people, who want to see what is text, number and nothing. */
final class PrettyPrinter implements Printer {
    private final OutputStream out;

    PrettyPrinter(OutputStream out) {
        this.out = out;
    }

    @Override
    public void print(Reply reply) throws IOException {
        write(reply, "");
        out.flush();
    }

    /** The first line goes where the cursor is; further ones start with {@code indent}. */
    private void write(Reply reply, String indent) throws IOException {
        if (reply instanceof Reply.Bytes value) {
            line(Quoting.quote(value.bytes()));
        } else if (reply instanceof Reply.Raw line) {
            writeTextLine(line.bytes());
        } else if (reply instanceof Reply.Line line) {
            line(line.text());
        } else if (reply instanceof Reply.Failure failure) {
            line("(error) " + failure.text());
        } else if (reply instanceof Reply.Scalar scalar) {
            line(scalar.kind().equals(Reply.BOOLEAN) ? "(" + scalar.text() + ")" : "(" + scalar.kind() + ") " + scalar.text());
        } else if (reply instanceof Reply.Pairs pairs) {
            writePairs(pairs.keysAndValues(), indent);
        } else if (reply instanceof Reply.Nil) {
            line("(nil)");
        } else {
            writeItems(reply.parts(), indent);
        }
    }

    // A value with control characters would do to the terminal whatever they say.
    private void writeTextLine(byte[] line) throws IOException {
        String quoted = Quoting.quote(line);
        boolean plain = quoted.indexOf('\\') < 0;
        line(plain ? quoted.substring(1, quoted.length() - 1) : quoted);
    }

    private void writeItems(List<Reply> items, String indent) throws IOException {
        if (items.isEmpty()) {
            line("(empty array)");
        }
        for (int i = 0; i < items.size(); i++) {
            String number = number(i + 1, items.size()) + ") ";
            text(i == 0 ? number : indent + number);
            write(items.get(i), indent + " ".repeat(number.length()));
        }
    }

    private void writePairs(List<Reply> keysAndValues, String indent) throws IOException {
        if (keysAndValues.isEmpty()) {
            line("(empty hash)");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            String number = number(i / 2 + 1, keysAndValues.size() / 2) + "# ";
            text((i == 0 ? number : indent + number) + key(keysAndValues.get(i)) + " => ");
            write(keysAndValues.get(i + 1), indent + " ".repeat(number.length()));
        }
    }

    /** As wide as the last one. */
    private static String number(int number, int last) {
        String digits = Integer.toString(number);
        return " ".repeat(Integer.toString(last).length() - digits.length()) + digits;
    }

    private static String key(Reply key) {
        if (key instanceof Reply.Bytes name) {
            return Quoting.quote(name.bytes());
        }
        if (key instanceof Reply.Scalar name) {
            return "(" + name.kind() + ") " + name.text();
        }
        return key instanceof Reply.Line name ? name.text() : key.toString();
    }

    private void line(String text) throws IOException {
        text(text);
        out.write('\n');
    }

    private void text(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
