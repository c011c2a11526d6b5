package kv.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kv.store.KeyValueStore;

/**
 * The bytes of a change. A record of the log is one effect or several that count together; one of a checkpoint is one effect.
 * Little-endian:
 * <pre>
 *   PUT       byte 1, byte database, short key length, long deadline, int value length, key, value
 *   PATCH     byte 2, byte database, short key length, long deadline, int offset, int length, key, bytes
 *   DELETE    byte 3, byte database, short key length, key
 *   DEADLINE  byte 4, byte database, short key length, long deadline, key
 *   CLEAR     byte 5, byte database, or 255 for all
 *   DATABASES byte 6, byte 0, 16 bytes: database number i is the one that effects call bytes[i] now
 * </pre>
 * A deadline is in milliseconds since 1970; that of a key that does not expire is {@code Long.MAX_VALUE}. Effects call a
 * database by the number that it had before all swaps.
 */
final class Effect {
    // A patch brings its key's deadline: replayed where a checkpoint has found no key any more, because it had expired, it
    // would else make one that stays. Nothing tells the log of an expiry.
    //
    // A checkpoint is written while the store changes, and what was logged meanwhile is repeated on it: so every effect must mean
    // the same however often it is repeated. "Swap two databases" does not. Therefore effects name databases by what no swap
    // changes, and a swap says which number each has now.
    static final byte PUT = 1;
    static final byte PATCH = 2;
    static final byte DELETE = 3;
    static final byte DEADLINE = 4;
    static final byte CLEAR = 5;
    static final byte DATABASES = 6;
    static final int HEAD_BYTES_MAX = 20;
    static final int KEY_BYTES_MAX = 0xFFFF;

    private Effect() {
    }

    /** Whether the effect is on one key. */
    static boolean hasKey(byte kind) {
        return kind != CLEAR && kind != DATABASES;
    }

    /** What the effect that begins there has before its key. */
    static int headBytes(ByteBuffer effects, int at) {
        byte kind = effects.get(at);
        return switch (kind) {
            case PUT -> 16;
            case PATCH -> HEAD_BYTES_MAX;
            case DELETE -> 4;
            case DEADLINE -> 12;
            case CLEAR -> 2;
            case DATABASES -> 2 + KeyValueStore.DATABASES;
            default -> throw new IllegalStateException("an unknown effect, " + kind + ": written by a newer version");
        };
    }

    static int keyBytes(ByteBuffer effects, int at) {
        return Short.toUnsignedInt(effects.getShort(at + 2));
    }

    /** The length of the effect that begins there. */
    static int bytes(ByteBuffer effects, int at) {
        byte kind = effects.get(at);
        int head = headBytes(effects, at);
        if (!hasKey(kind)) {
            return head;
        }
        int value = kind == PUT || kind == PATCH ? effects.getInt(at + head - Integer.BYTES) : 0;
        return head + keyBytes(effects, at) + value;
    }

    static ByteOrder order() {
        return ByteOrder.LITTLE_ENDIAN;
    }
}
