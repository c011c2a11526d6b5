package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import kv.protocol.CommandSpec.Flag;
import kv.protocol.Request;
import kv.store.Access;

/**
 * What a client has sent since MULTI: its requests, as they came, and what is to be known of them before they are executed.
 *
 * <p>Owner: the executor that serves the client. Limit: {@value #BYTES_MAX} bytes, charged to the connection as they come.
 */
final class Transaction {
    static final long BYTES_MAX = 32L << 20;
    private static final int BYTES_INITIAL = 512;
    /** What a key takes in the list of keys, while the transaction is executed. */
    private static final int KEY_BYTES = 40;
    /** More, of requests or of keys that are watched, is work for the slow lane: half a millisecond, about. */
    static final int SHORT_COUNT_MAX = 512;
    private static final int SHORT_BYTES_MAX = 128 << 10;
    /** Commands without a key that look at no others' either. All others of these want all keys held. */
    private static final Set<String> ALONE = Set.of("ping", "echo", "time", "select", "unwatch", "lastsave", "hello",
            "client|id", "client|getname", "client|setname", "client|setinfo", "client|no-evict", "client|no-touch");

    private ByteBuffer bytes = allocate(BYTES_INITIAL);
    private int count;
    private long charged;
    private boolean aborted;
    private boolean writes;
    private boolean mayGrow;
    private boolean wantsAll;
    private boolean hasKeys;

    private static ByteBuffer allocate(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    /** Adds a request, which lies in these bytes; false if there is no memory for it. */
    boolean add(Command command, Request request, ByteBuffer from, int start, int end, ReplyOutput out) {
        int length = end - start;
        int keys = command.keyCountOf(request, 0);
        long cost = 2L * length + (long) KEY_BYTES * keys; // twice: the buffer doubles
        if (charged + cost > BYTES_MAX || !out.charge(cost)) {
            return false;
        }
        charged += cost;
        if (bytes.remaining() < length) {
            bytes = allocate(Math.max(2 * bytes.capacity(), bytes.position() + length)).put(bytes.flip());
        }
        bytes.put(bytes.position(), from, start, length).position(bytes.position() + length);
        count++;
        writes |= command.access == Access.EXCLUSIVE;
        mayGrow |= command.mayGrow;
        hasKeys |= keys > 0;
        wantsAll |= command.firstKeyArg() == 0 && !ALONE.contains(command.fullName);
        return true;
    }

    /** A request was refused: none is executed. */
    void abort() {
        aborted = true;
    }

    boolean isAborted() {
        return aborted;
    }

    /** The requests, one behind another. */
    ByteBuffer requests() {
        return bytes.duplicate().order(ByteOrder.nativeOrder()).flip();
    }

    int count() {
        return count;
    }

    int sizeBytes() {
        return bytes.position();
    }

    long chargedBytes() {
        return charged;
    }

    /** Whether one of them may change a key. */
    boolean writes() {
        return writes;
    }

    /** Whether one of them may write more than it was given. */
    boolean mayGrow() {
        return mayGrow;
    }

    boolean hasKeys() {
        return hasKeys;
    }

    /** Whether one of them looks at keys that it does not name, or changes such. */
    boolean wantsAll() {
        return wantsAll;
    }

    boolean isLong() {
        return wantsAll || count > SHORT_COUNT_MAX || bytes.position() > SHORT_BYTES_MAX;
    }

    /**
     * Whether a request cannot be part of a transaction. That is so for one that gives a password: a wrong one would not be
     * answered later than usual, and one whose check takes long would have all of it executed again and again.
     */
    static boolean isForbidden(Command command, Request request) {
        boolean givesPassword = command.fullName.equals("auth");
        for (int arg = 2; arg < request.argCount() && command.fullName.equals("hello"); arg++) {
            givesPassword |= request.argEquals(arg, "AUTH");
        }
        return givesPassword || command.flags().contains(Flag.NO_MULTI);
    }
}
