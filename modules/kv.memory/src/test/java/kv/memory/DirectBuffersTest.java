package kv.memory;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class DirectBuffersTest {
    private final DirectBuffers buffers = new DirectBuffers();

    @Test
    void free_foreignOrFreedBuffer_isRefused() {
        ByteBuffer buffer = buffers.allocate(8);
        buffers.free(buffer);
        assertThrows(IllegalArgumentException.class, () -> buffers.free(buffer));
        assertThrows(IllegalArgumentException.class, () -> buffers.free(ByteBuffer.allocateDirect(8)));
    }

    @Test
    void freeAll_piecesLeft_areGone() {
        ByteBuffer buffer = buffers.allocate(8);
        buffers.freeAll();
        assertThrows(IllegalArgumentException.class, () -> buffers.free(buffer));
    }
}
