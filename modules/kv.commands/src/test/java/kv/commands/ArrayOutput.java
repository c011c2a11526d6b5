package kv.commands;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An output that collects what is written, in buffers that are as small as may be, so that every end of one is met. */
final class ArrayOutput implements ReplyOutput {
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private int dropped;
    /** What a test sets. */
    int buffersMax = Integer.MAX_VALUE;
    int buffersFull = Integer.MAX_VALUE;
    long chargedMax = Long.MAX_VALUE;
    long charged;
    boolean onSlowLane;
    long receivedNanos;
    boolean cancelled;
    boolean isSpared;
    Runnable beforeReserve = () -> { };
    /** What was posted, a byte a character; as long as it is so short, at most. */
    final StringBuilder posted = new StringBuilder();
    boolean awaitsPosts;
    int postedMax = Integer.MAX_VALUE;

    @Override
    public ByteBuffer reserve(int bytes) {
        beforeReserve.run();
        if (bytes < 1 || bytes > RESERVE_BYTES_MAX) {
            throw new IllegalArgumentException("reserved " + bytes);
        }
        ByteBuffer last = buffers.isEmpty() ? null : buffers.get(buffers.size() - 1);
        if (last != null && last.remaining() >= bytes) {
            return last;
        }
        if (buffers.size() == buffersMax) {
            throw new OutputFullException(null);
        }
        buffers.add(ByteBuffer.allocate(bytes));
        return buffers.get(buffers.size() - 1);
    }

    @Override
    public void discard() {
        buffers.clear();
    }

    @Override
    public void dropFirst(int bytes) {
        dropped = bytes;
    }

    @Override
    public void spare(boolean on) {
        isSpared = on;
    }

    @Override
    public boolean isFull() {
        return buffers.size() >= buffersFull;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void late() {
    }

    @Override
    public boolean charge(long bytes) {
        if (bytes > 0 && charged + bytes > chargedMax) {
            return false;
        }
        charged += bytes;
        return true;
    }

    @Override
    public boolean onSlowLane() {
        return onSlowLane;
    }

    @Override
    public long receivedNanos() {
        return receivedNanos;
    }

    @Override
    public long writtenBytes() {
        return buffers.stream().mapToLong(ByteBuffer::position).sum();
    }

    @Override
    public Postbox postbox() {
        return new Postbox() {
            @Override
            public boolean offer(ByteBuffer message, int waitingBytesMax) {
                String text = StandardCharsets.ISO_8859_1.decode(message.duplicate()).toString();
                boolean fits = posted.length() + text.length() <= Math.min(postedMax, waitingBytesMax);
                posted.append(fits ? text : "");
                return fits;
            }

            @Override
            public void await(boolean more) {
                awaitsPosts = more;
            }
        };
    }

    /** What has been written since the last call, a byte a character. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (ByteBuffer buffer : buffers) {
            text.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1));
        }
        buffers.clear();
        String kept = text.substring(dropped);
        dropped = 0;
        return kept;
    }
}
