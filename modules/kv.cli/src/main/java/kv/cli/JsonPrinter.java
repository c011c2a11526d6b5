package kv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One JSON text a line. An error is an object with the one name {@code error}. Bytes that are no UTF-8 become the characters
 * of the
 * same numbers (U+0000 to U+00FF): JSON has no bytes.
 */
final class JsonPrinter implements Printer {
    private final OutputStream out;

    JsonPrinter(OutputStream out) {
        this.out = out;
    }

    @Override
    public void print(Reply reply) throws IOException {
        StringBuilder json = new StringBuilder();
        append(reply, json);
        out.write(json.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void append(Reply reply, StringBuilder json) {
        if (reply instanceof Reply.Nil) {
            json.append("null");
        } else if (reply instanceof Reply.Scalar scalar) {
            appendScalar(scalar, json);
        } else if (reply instanceof Reply.Failure failure) {
            json.append("{\"error\":");
            appendText(failure.text(), json);
            json.append('}');
        } else if (reply instanceof Reply.Pairs pairs) {
            appendPairs(pairs.keysAndValues(), json);
        } else if (reply.parts() != null) {
            appendItems(reply.parts(), json);
        } else {
            appendText(text(reply), json);
        }
    }

    private static void appendScalar(Reply.Scalar scalar, StringBuilder json) {
        // JSON has no infinity.
        boolean isFinite = !scalar.text().endsWith("inf") && !scalar.text().equals("nan");
        if (isFinite) {
            json.append(scalar.text());
        } else {
            appendText(scalar.text(), json);
        }
    }

    private static void appendItems(List<Reply> items, StringBuilder json) {
        json.append('[');
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                json.append(',');
            }
            append(items.get(i), json);
        }
        json.append(']');
    }

    private static void appendPairs(List<Reply> keysAndValues, StringBuilder json) {
        json.append('{');
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            if (i > 0) {
                json.append(',');
            }
            appendText(text(keysAndValues.get(i)), json); // a name is a string, whatever it was
            json.append(':');
            append(keysAndValues.get(i + 1), json);
        }
        json.append('}');
    }

    private static String text(Reply reply) {
        if (reply instanceof Reply.Bytes value) {
            return text(value.bytes());
        }
        if (reply instanceof Reply.Raw line) {
            return text(line.bytes());
        }
        if (reply instanceof Reply.Line line) {
            return line.text();
        }
        return reply instanceof Reply.Scalar scalar ? scalar.text() : reply.toString();
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException noText) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static void appendText(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            int escape = "\"\\\n\r\t\b\f".indexOf(next);
            if (escape >= 0) {
                json.append('\\').append("\"\\nrtbf".charAt(escape));
            } else if (next < ' ' || next == 0x7f) {
                json.append(String.format("\\u%04x", (int) next));
            } else {
                json.append(next);
            }
        }
        json.append('"');
    }
}
