package kv.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes replies in the language of a protocol, as far as both have a word for them.
 *
 * <p>Owner: one worker, which has one per protocol and attaches the output of the connection it serves. Each method writes one
 * whole reply, except where it says otherwise; methods named {@code begin…} must be followed by their {@code end…}.
 * <p>Invariant: nothing that a client has sent is written into a line of a reply with a CR or LF in it, except as a key or value
 * of the text protocol, which cannot hold them unless they came in by another one.
 */
public abstract sealed class ReplyWriter permits TextReplyWriter, RespReplyWriter {

    /** What the head of a list of keys takes at most, while it is being put. */
    public static final int KEYS_HEAD_BYTES_MAX = 1 + Numbers.LONG_BYTES_MAX + Literal.ROOM_BYTES;

    /** In place of a time: there is no such key. */
    public static final long NO_KEY = -2;
    /** In place of a time: the key lives for ever. */
    public static final long NO_END = -1;

    private Output output;

    ReplyWriter() {
    }

    /** Sends all further replies to {@code output}. */
    public final void attach(Output output) {
        this.output = output;
    }

    /** Done. */
    public abstract void ok();

    /**
     * Starts the reply that a value of {@code length} bytes was found. The caller then puts exactly so many bytes into the output
     * itself, and calls {@link #endValue}.
     */
    public abstract void beginValue(int length);

    /** Ends what {@link #beginValue} has started. */
    public abstract void endValue();

    /** No such key. */
    public abstract void missing();

    /** So many values follow, each found or missing; in the text protocol each is a line of its own. */
    public abstract void beginValues(long count);

    /** A value that is a number. */
    public abstract void number(long value);

    /**
     * How long a key still lives, in the unit that was asked for.
     *
     * @param time {@link #NO_KEY} or {@link #NO_END} where it does not
     */
    public abstract void timeLeft(long time);

    /** Whether a key was changed: in the text protocol, else there is none. */
    public abstract void changed(boolean done);

    /** So many keys of many were deleted. */
    public abstract void deletedOf(long count);

    /** So many keys were deleted; in the text protocol: one, or none. */
    public abstract void deleted(long count);

    /**
     * Puts the head of a list of {@code count} keys at {@code out}'s position: it stands before them, but is known only behind
     * them, so the caller leaves room for it. As many {@link #key} as it says, and {@link #endKeys}, make up the reply.
     *
     * @param out any buffer, with {@link #KEYS_HEAD_BYTES_MAX} remaining
     */
    public abstract void putKeysHead(ByteBuffer out, long count);

    /** One of the keys. */
    public abstract void key(ByteBuffer bytes, int start, int length);

    /** Ends a list of keys. */
    public abstract void endKeys();

    /**
     * What the client did wrong.
     *
     * @param request where it was found; may be null if {@code error} does not come from a parser
     */
    public abstract void error(ProtocolError error, Request request);

    /** No room for a write. */
    public final void outOfMemory() {
        error(ProtocolError.OUT_OF_MEMORY, null);
    }

    /** The answer to a bare PING, in both protocols the same. */
    public abstract void pong();

    final ByteBuffer reserve(int bytes) {
        return output.reserve(bytes);
    }

    final void put(Literal literal) {
        literal.putTo(output.reserve(Literal.ROOM_BYTES));
    }

    final void put(byte[] bytes, int start, int length) {
        for (int done = 0; done < length;) {
            ByteBuffer out = reservePiece(length - done);
            int piece = Math.min(length - done, out.remaining());
            out.put(bytes, start + done, piece);
            done += piece;
        }
    }

    final void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    final void put(ByteBuffer bytes, int start, int length) {
        for (int done = 0; done < length;) {
            ByteBuffer out = reservePiece(length - done);
            int piece = Math.min(length - done, out.remaining());
            int at = out.position();
            out.put(at, bytes, start + done, piece);
            out.position(at + piece);
            done += piece;
        }
    }

    private ByteBuffer reservePiece(int bytes) {
        return output.reserve(Math.min(bytes, Output.RESERVE_BYTES_MAX));
    }

    /** The UTF-8 bytes of {@code text} with blanks for line ends; for paths that may allocate. */
    static byte[] lineBytes(String text) {
        return text.replace('\r', ' ').replace('\n', ' ').getBytes(StandardCharsets.UTF_8);
    }
}
