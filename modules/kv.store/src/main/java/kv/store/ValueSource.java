package kv.store;

import java.nio.ByteBuffer;

/** The values of several keys, for {@link StoreSession#putAll}: ranges of the caller's buffers, asked for more than once. */
public interface ValueSource {
    /** The buffer, in native byte order, in which a key's value lies. */
    ByteBuffer value(int key);

    int start(int key);

    int length(int key);
}
