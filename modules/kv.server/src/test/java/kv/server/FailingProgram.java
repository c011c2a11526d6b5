package kv.server;

import java.util.ArrayList;
import java.util.List;

/** A program one of whose threads dies, for {@link FailureExitTest}: of a bug, or with the heap full to the last byte. */
public final class FailingProgram {
    private static final List<byte[]> HEAP = new ArrayList<>(1 << 20);

    private FailingProgram() {
    }

    /** @param args how to die: bug, heap, uncaught, several or cannot-run */
    public static void main(String[] args) throws InterruptedException {
        FailureExit exit = new FailureExit();
        exit.start();
        Thread.setDefaultUncaughtExceptionHandler(exit);
        Runnable death = switch (args[0]) {
            case "bug" -> () -> exit.accept(new IllegalStateException("a bug\nof two lines"));
            case "heap" -> () -> exit.accept(fillHeap());
            case "cannot-run" -> () -> exit.cannotRun("no reason at all");
            default -> () -> {
                throw new IllegalStateException("uncaught");
            };
        };
        for (int i = 0; i < (args[0].equals("several") ? 8 : 1); i++) {
            new Thread(death, "kv-worker-" + i).start();
        }
        Thread.sleep(60_000); // the process ends before; this thread must not be the one that ends it
        System.exit(99);
    }

    private static Throwable fillHeap() {
        OutOfMemoryError full = null;
        for (int bytes = 1 << 20; bytes >= 8;) {
            try {
                HEAP.add(new byte[bytes]);
            } catch (OutOfMemoryError stillFull) {
                full = stillFull;
                bytes /= 2;
            }
        }
        return full;
    }
}
