package kv.memory;

/** What {@link DirectMemoryTest} runs in a JVM of its own. */
final class OneCycle {
    private OneCycle() {
    }

    public static void main(String[] args) {
        DirectMemory memory = DirectMemory.allocate(1 << 20);
        memory.buffer().putLong(0, 1);
        memory.free();
        System.out.print("done\n");
    }
}
