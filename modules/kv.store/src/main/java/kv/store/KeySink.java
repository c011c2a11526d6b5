package kv.store;

import java.nio.ByteBuffer;

/** Where a {@link StoreSession} reports keys. Called without any lock held: it may take its time and may call the store. */
@FunctionalInterface
public interface KeySink {
    /**
     * Called once a key, which lies in {@code bytes} from {@code start} on, {@code length} bytes long, until this method returns.
     */
    void key(ByteBuffer bytes, int start, int length);
}
