package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import kv.protocol.CommandSpec;
import kv.protocol.CommandTable;
import kv.protocol.ProtocolLimits;
import kv.protocol.Request;
import kv.protocol.RequestParser;
import kv.protocol.TextOption;

/**
 * What must hold of both parsers, whatever a client sends: they never throw; the position never goes back and never passes the
 * limit; no more arguments than bytes received; and the outcomes are the same however the bytes are cut into pieces.
 */
final class ParserRun {
    /** Small, so that every limit can be met by short inputs. */
    static final ProtocolLimits LIMITS = new ProtocolLimits(8, 16, 10);

    static final CommandTable TABLE = new CommandTable(List.of(
            new CommandSpec("get", 2, Set.of(), 1, 1, 1),
            new CommandSpec("set", -3, Set.of(), 1, 1, 1, TextOption.EXPIRE_SECONDS),
            new CommandSpec("del", -2, Set.of(), 1, -1, 1),
            new CommandSpec("mset", -3, Set.of(), 1, -1, 2),
            new CommandSpec("keys", 2, Set.of(), 0, 0, 0),
            new CommandSpec("stats", -1, Set.of(), 0, 0, 0, TextOption.FIGURES),
            new CommandSpec("ping", -1, Set.of(), 0, 0, 0),
            new CommandSpec("pexpiretime", 2, Set.of(), 1, 1, 1)));

    private final RequestParser parser;
    private final Request request = new Request();
    private final List<String> outcomes = new ArrayList<>();
    private final ByteBuffer buffer;
    private int needed = 1;
    private boolean closed;

    private ParserRun(RequestParser parser, int bytes) {
        this.parser = parser;
        this.buffer = ByteBuffer.allocate(bytes);
    }

    /** Feeds the bytes whole, one by one, and cut in two at places that the bytes themselves choose; compares. */
    static void check(Supplier<RequestParser> parsers, byte[] bytes) {
        List<String> whole = outcomes(parsers.get(), bytes, bytes.length, bytes.length);
        assertEquals(whole, outcomes(parsers.get(), bytes, 0, 1), "one by one");
        int hash = Arrays.hashCode(bytes) & 0x7FFF_FFFF;
        assertEquals(whole, outcomes(parsers.get(), bytes, hash % (bytes.length + 1), 1 + hash % 7), "in pieces");
    }

    private static List<String> outcomes(RequestParser parser, byte[] bytes, int firstPiece, int piece) {
        ParserRun run = new ParserRun(parser, bytes.length);
        run.receive(bytes, 0, firstPiece);
        for (int at = firstPiece; at < bytes.length; at += piece) {
            run.receive(bytes, at, Math.min(piece, bytes.length - at));
        }
        return run.outcomes;
    }

    private void receive(byte[] bytes, int start, int length) {
        if (closed) {
            return;
        }
        buffer.put(bytes, start, length).flip();
        if (buffer.remaining() >= needed) {
            parseAll();
        }
        buffer.compact();
    }

    private void parseAll() {
        while (true) {
            int position = buffer.position();
            int limit = buffer.limit();
            RequestParser.Outcome outcome = parser.parse(buffer, request);
            assertEquals(limit, buffer.limit());
            assertTrue(buffer.position() >= position && buffer.position() <= limit, position + " to " + buffer.position());
            assertTrue(request.argCount() <= limit - position, request.argCount() + " arguments");
            switch (outcome) {
                case REQUEST -> addRequest(position);
                case ERROR -> {
                    assertTrue(buffer.position() > position, "an error that takes nothing would never end");
                    outcomes.add("ERROR " + assertHasText());
                }
                case FATAL -> {
                    outcomes.add("FATAL " + assertHasText());
                    closed = true;
                    return;
                }
                case INCOMPLETE -> {
                    needed = parser.neededBytes();
                    assertTrue(needed > buffer.remaining(), needed + " needed, " + buffer.remaining() + " there");
                    return;
                }
            }
            needed = 1;
        }
    }

    private String assertHasText() {
        assertNotNull(request.error());
        return request.error().text();
    }

    private void addRequest(int position) {
        assertNotNull(request.command());
        assertFalse(request.argCount() == 0);
        StringBuilder text = new StringBuilder(request.command().name());
        for (int arg = 1; arg < request.argCount(); arg++) {
            assertTrue(request.bytes() != buffer
                    || request.start(arg) >= position && request.start(arg) + request.length(arg) <= buffer.position(),
                    "argument outside");
            byte[] copy = new byte[request.length(arg)];
            request.bytes().get(request.start(arg), copy);
            text.append('|').append(new String(copy, StandardCharsets.ISO_8859_1));
        }
        outcomes.add(text.toString());
    }
}
