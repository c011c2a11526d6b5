package kv.net;

/**
 * The buffer pool is at its limit: {@link Exchange#reserve} has no room for more output. A handler lets it pass, which closes
 * its connection, or answers something short after {@link Exchange#discard}.
 * <p>One instance without a stack trace: it says something about the machine's load, not about the code.
 */
public final class BufferExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final BufferExhaustedException INSTANCE = new BufferExhaustedException();

    private BufferExhaustedException() {
        super("buffer pool exhausted", null, false, false);
    }
}
