package kv.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection without a socket: bytes come in pieces into a buffer that is compacted and grows, and every outcome is written
 * down as a line. Checks on the way what holds for every parser and every input.
 */
final class Feed {

    private final RequestParser parser;
    private final int bufferKind;
    private final boolean eager;
    private final Request request = new Request();
    private final List<String> outcomes = new ArrayList<>();
    private ByteBuffer buffer;
    private int needed = 1;
    private boolean closed;

    /** @param eager whether to call the parser even when it has said that there are too few bytes */
    Feed(RequestParser parser, int bufferKind, boolean eager) {
        this.parser = parser;
        this.bufferKind = bufferKind;
        this.eager = eager;
        this.buffer = Fixture.allocate(bufferKind, 64);
    }

    /** The outcomes of {@code input} when it comes in pieces of {@code pieceBytes}. */
    static List<String> outcomes(RequestParser parser, int bufferKind, String input, int pieceBytes) {
        Feed feed = new Feed(parser, bufferKind, false);
        byte[] bytes = Fixture.bytes(input);
        for (int at = 0; at < bytes.length; at += pieceBytes) {
            feed.receive(bytes, at, Math.min(pieceBytes, bytes.length - at));
        }
        return feed.outcomes();
    }

    List<String> outcomes() {
        return outcomes;
    }

    /** Bytes received and not yet taken by the parser. */
    int unread() {
        return buffer.position();
    }

    int needed() {
        return needed;
    }

    void receive(byte[] bytes, int start, int length) {
        if (closed) {
            return;
        }
        if (buffer.remaining() < length) {
            buffer = Fixture.allocate(bufferKind, (buffer.capacity() + length) * 2).put(buffer.flip());
        }
        buffer.put(bytes, start, length).flip();
        if (eager || buffer.remaining() >= needed) {
            parseAll();
        }
        buffer.compact();
    }

    private void parseAll() {
        for (;;) {
            int position = buffer.position();
            int available = buffer.remaining();
            RequestParser.Outcome outcome = parser.parse(buffer, request);
            if (available < needed) {
                assertSame(RequestParser.Outcome.INCOMPLETE, outcome, "fewer than the needed bytes");
            }
            needed = 1;
            switch (outcome) {
                case REQUEST -> {
                    assertNull(request.error());
                    outcomes.add(request.command() + arguments());
                    assertFalse(request.argCount() == 0);
                }
                case ERROR -> outcomes.add("ERROR " + request.error().text());
                case FATAL -> {
                    outcomes.add("FATAL " + request.error().text());
                    closed = true;
                    return;
                }
                case INCOMPLETE -> {
                    needed = parser.neededBytes();
                    assertTrue(needed > buffer.remaining(), needed + " needed, " + buffer.remaining() + " there");
                    return;
                }
            }
            assertTrue(buffer.position() > position);
            assertEquals(position + available, buffer.limit());
        }
    }

    private String arguments() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < request.argCount(); i++) {
            byte[] copy = new byte[request.length(i)];
            request.bytes().get(request.start(i), copy);
            text.append('|').append(Fixture.string(copy));
        }
        return text.toString();
    }
}
