package kv.commands;

import java.nio.ByteBuffer;
import kv.protocol.Request;

/**
 * What a key's value must be for SET or DELEX to change it: equal to an argument, or of the digest that it writes, or not.
 * Reused from command to command.
 */
final class Condition {
    private static final int DIGEST_BYTES = 16;

    /** The words, each for one kind. */
    private enum Kind { IFEQ, IFNE, IFDEQ, IFDNE }

    private static final Kind[] KINDS = Kind.values();

    /** Null: none. */
    private Kind kind;
    private int arg;

    void clear() {
        kind = null;
    }

    boolean isSet() {
        return kind != null;
    }

    /** Whether this argument is one of the words, and there is an argument behind it: that is the condition then. */
    boolean takes(CommandContext c, int word) {
        if (kind != null || word + 1 == c.argCount()) {
            return false;
        }
        kind = kindOf(c.request, word);
        arg = word + 1;
        return kind != null;
    }

    /** Whether this argument is one of the words. */
    static boolean isWord(Request request, int arg) {
        return kindOf(request, arg) != null;
    }

    private static Kind kindOf(Request request, int arg) {
        for (Kind each : KINDS) {
            if (request.argEquals(arg, each.name())) {
                return each;
            }
        }
        return null;
    }

    /** Whether what is written there can be compared with; replies the error otherwise. */
    boolean isValid(CommandContext c) {
        if (kind == Kind.IFDEQ || kind == Kind.IFDNE) {
            boolean valid = c.length(arg) == DIGEST_BYTES;
            for (int i = 0; valid && i < DIGEST_BYTES; i++) {
                valid = Character.digit(c.bytes().get(c.start(arg) + i), 16) >= 0;
            }
            if (!valid) {
                c.error("ERR " + kind + " must be exactly 16 hexadecimal characters");
            }
            return valid;
        }
        return true;
    }

    /** Whether it is met by the value of the command's only key; an absent key is unequal to everything. */
    boolean isMet(CommandContext c) {
        boolean equal = switch (kind) {
            case IFEQ, IFNE -> isEqual(c, arg);
            case IFDEQ, IFDNE -> c.exists(0) && digest(c) == writtenDigest(c);
        };
        return equal == (kind == Kind.IFEQ || kind == Kind.IFDEQ);
    }

    /** Whether the value of the command's only key is this argument. Takes the scratch. */
    static boolean isEqual(CommandContext c, int arg) {
        int length = c.session.valueLength(c.key(0));
        if (length != c.length(arg)) {
            return false;
        }
        ByteBuffer value = valueOf(c, length);
        return value.slice(0, length).equals(c.bytes().slice(c.start(arg), length));
    }

    /** Of the command's only key, which is there. Takes the scratch. */
    static long digest(CommandContext c) {
        int length = c.session.valueLength(c.key(0));
        return Xxh3.hash(valueOf(c, length), 0, length);
    }

    private static ByteBuffer valueOf(CommandContext c, int length) {
        c.requireTimeFor(length);
        ByteBuffer value = c.scratch.withRoom(length);
        c.session.read(c.key(0), 0, length, value);
        return value;
    }

    private long writtenDigest(CommandContext c) {
        long digest = 0;
        for (int i = 0; i < DIGEST_BYTES; i++) {
            digest = digest << 4 | Character.digit(c.bytes().get(c.start(arg) + i), 16);
        }
        return digest;
    }
}
