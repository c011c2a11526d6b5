package kv.commands;

/**
 * An output that takes replies in place of another one, the surroundings, which answers for all but the bytes.
 *
 * <p>Owner: the thread that executes.
 */
abstract class LayeredOutput implements ReplyOutput {
    /** Set before it is used; null when it is not. */
    protected ReplyOutput surroundings;

    @Override
    public boolean isFull() {
        return surroundings.isFull();
    }

    @Override
    public boolean isCancelled() {
        return surroundings.isCancelled();
    }

    @Override
    public void late() {
        surroundings.late();
    }

    @Override
    public boolean charge(long bytes) {
        return surroundings.charge(bytes);
    }

    @Override
    public void spare(boolean on) {
        surroundings.spare(on);
    }

    @Override
    public boolean onSlowLane() {
        return surroundings.onSlowLane();
    }

    @Override
    public long receivedNanos() {
        return surroundings.receivedNanos();
    }

    @Override
    public long writtenBytes() {
        return surroundings.writtenBytes();
    }

    @Override
    public Postbox postbox() {
        return surroundings.postbox();
    }
}
