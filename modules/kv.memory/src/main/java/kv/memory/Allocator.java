package kv.memory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;

/** How this JDK allocates memory and frees it. */
abstract class Allocator {
    /*
     * By reflection, since one class file serves all JDKs: the Arena of 22 and later does not exist on 17, and the Unsafe of 17
     * prints four lines of warning on 24 and later, before it goes away. A jar with a variant for 22 would need two JDKs to
     * build. Called once a slab or segment, so that the price of a handle does not count. Buffers of an arena are as quick as
     * others: 1.0 ns for 12 bytes read, 4 ns for 48 bytes copied, both ways, JDK 25.
     */
    private static final int FIRST_WITH_ARENA = 22;

    abstract DirectMemory allocate(int bytes);

    /** @param arena what the memory was made with, or null */
    abstract void free(ByteBuffer buffer, Object arena);

    abstract boolean isCountedByJvm();

    static Allocator ofThisJdk() {
        try {
            return Runtime.version().feature() >= FIRST_WITH_ARENA ? new ByArena() : new ByUnsafe();
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("this JDK (" + Runtime.version() + ") has no way to free direct memory", missing);
        }
    }

    /** What is thrown by a handle of ours is unchecked. */
    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException exception ? exception : new IllegalStateException(thrown);
    }

    /** {@code java.lang.foreign.Arena.ofShared()}, one for each piece: any thread may use the memory and close it. */
    private static final class ByArena extends Allocator {
        private static final long ALIGNMENT = 16;

        private final MethodHandle open;
        private final MethodHandle allocate;
        private final MethodHandle asByteBuffer;
        private final MethodHandle close;

        ByArena() throws ReflectiveOperationException {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> arena = Class.forName("java.lang.foreign.Arena");
            Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
            open = lookup.findStatic(arena, "ofShared", MethodType.methodType(arena))
                    .asType(MethodType.methodType(Object.class));
            allocate = lookup.findVirtual(arena, "allocate", MethodType.methodType(segment, long.class, long.class))
                    .asType(MethodType.methodType(Object.class, Object.class, long.class, long.class));
            asByteBuffer = lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class))
                    .asType(MethodType.methodType(ByteBuffer.class, Object.class));
            close = lookup.findVirtual(arena, "close", MethodType.methodType(void.class))
                    .asType(MethodType.methodType(void.class, Object.class));
        }

        @Override
        DirectMemory allocate(int bytes) {
            Object arena = null;
            try {
                arena = (Object) open.invokeExact();
                Object segment = (Object) allocate.invokeExact(arena, (long) bytes, ALIGNMENT);
                return new DirectMemory((ByteBuffer) asByteBuffer.invokeExact(segment), arena);
            } catch (Throwable failure) {
                if (arena != null) {
                    free(null, arena);
                }
                throw unchecked(failure);
            }
        }

        @Override
        boolean isCountedByJvm() {
            return false;
        }

        @Override
        void free(ByteBuffer buffer, Object arena) {
            try {
                close.invokeExact(arena);
            } catch (Throwable failure) {
                throw unchecked(failure);
            }
        }
    }

    /** {@code sun.misc.Unsafe.invokeCleaner}. */
    private static final class ByUnsafe extends Allocator {
        private final MethodHandle invokeCleaner;

        ByUnsafe() throws ReflectiveOperationException {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            Field theUnsafe = unsafe.getDeclaredField("theUnsafe");
            theUnsafe.setAccessible(true);
            invokeCleaner = MethodHandles.publicLookup()
                    .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(theUnsafe.get(null));
        }

        @Override
        DirectMemory allocate(int bytes) {
            return new DirectMemory(ByteBuffer.allocateDirect(bytes), null);
        }

        @Override
        boolean isCountedByJvm() {
            return true;
        }

        @Override
        void free(ByteBuffer buffer, Object arena) {
            try {
                invokeCleaner.invokeExact(buffer);
            } catch (Throwable failure) {
                throw unchecked(failure);
            }
        }
    }
}
