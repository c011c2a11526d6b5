package kv.protocol;

import java.nio.ByteBuffer;

/**
 * Cuts the bytes that a client sends into requests.
 *
 * <p>Owner: one connection, so that it remembers how far it has looked; used by whichever worker the connection is lent to. A
 * small object: what a request consists of goes into the worker's {@link Request}.
 * <p>Invariant: however the bytes are split over calls, the same requests and errors come out, in the same order; the work is
 * linear in the bytes received. State is kept relative to the buffer's position, so between calls the unread bytes may move,
 * also into another buffer. Any byte order; heap and direct buffers alike. Never throws, whatever the bytes.
 */
public abstract sealed class RequestParser permits TextParser, RespParser {

    /** What {@link #parse} has found. */
    public enum Outcome {
        /** A complete, known command with the right number of arguments. The position is behind it. */
        REQUEST,
        /** A request that cannot be executed; {@link Request#error()} says why. The position is behind it; go on parsing. */
        ERROR,
        /** It is not known where the next request starts. Reply {@link Request#error()}, close, do not parse again. */
        FATAL,
        /** No complete request: call again when there are at least {@link #neededBytes} from the position on. */
        INCOMPLETE
    }

    private int neededBytes = 1;
    private int requestStart;

    RequestParser() {
    }

    /**
     * Takes the next request from {@code in}, between its position and its limit, into {@code request}.
     *
     * <p>When INCOMPLETE, the bytes from the position on must be there again at the next call, with more behind them. Bytes
     * that belong to no request (the rest of a line that was too long, an empty RESP array) are passed at any outcome.
     */
    public abstract Outcome parse(ByteBuffer in, Request request);

    /**
     * After INCOMPLETE: how many bytes from the position on must be there before a call can find anything else. A lower bound,
     * more than there were. It may be large because of what a client announces: let a buffer grow with what was received.
     */
    public final int neededBytes() {
        return neededBytes;
    }

    /**
     * Where the last REQUEST or ERROR began: the caller that does not want it yet sets the position back there and calls {@link
     * #restart}.
     */
    public final int requestStart() {
        return requestStart;
    }

    /** The caller has set the position back to where a request begins or ends: what was found behind it is forgotten. */
    public abstract void restart();

    /** Whether the next request may only be as long as who has not said who they are needs it. Between requests. */
    public abstract void limitToLogin(boolean isLimited);

    final void requestStartsAt(int index) {
        requestStart = index;
    }

    final Outcome incomplete(int neededBytes) {
        this.neededBytes = neededBytes;
        return Outcome.INCOMPLETE;
    }
}
