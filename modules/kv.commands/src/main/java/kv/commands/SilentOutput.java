package kv.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kv.protocol.Output;

/**
 * Takes replies that the client does not want (CLIENT REPLY) and sends none.
 *
 * <p>Owner: one executor, which sets whose output stands behind it.
 */
final class SilentOutput extends LayeredOutput {
    private final ByteBuffer scratch = ByteBuffer.allocate(Output.RESERVE_BYTES_MAX).order(ByteOrder.nativeOrder());

    SilentOutput before(ReplyOutput output) {
        surroundings = output;
        return this;
    }

    @Override
    public ByteBuffer reserve(int bytes) {
        return scratch.clear();
    }

    @Override
    public void discard() {
    }

    @Override
    public void dropFirst(int bytes) {
    }
}
