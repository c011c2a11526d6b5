package kv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes as they are, one item a line: for programs that read lines. */
final class RawPrinter implements Printer {
    private final OutputStream out;

    RawPrinter(OutputStream out) {
        this.out = out;
    }

    @Override
    public void print(Reply reply) throws IOException {
        write(reply);
        out.flush();
    }

    private void write(Reply reply) throws IOException {
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
        } else if (reply instanceof Reply.Nil) {
            line("");
        } else {
            for (Reply item : reply.parts()) {
                write(item);
            }
        }
    }

    private void line(String text) throws IOException {
        line(text.getBytes(StandardCharsets.UTF_8));
    }

    private void line(byte[] bytes) throws IOException {
        out.write(bytes);
        out.write('\n');
    }
}
