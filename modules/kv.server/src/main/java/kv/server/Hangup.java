package kv.server;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The signal HUP, which ends a JVM, here with all data: people and tools send it to servers to have settings read again, and a
 * terminal sends it when it closes. Taken as the first thing in the program's life.
 *
 * <p>Where HUP was ignored at the start (nohup), the JVM leaves it so, and nothing is ever run.
 */
final class Hangup {
    /*
     * sun.misc.Signal is the only way, in the module jdk.unsupported, which javac warns of: hence reflection, here alone. Without
     * the module HUP does what it does in any JVM. The handler is made as javac makes a lambda: a java.lang.reflect.Proxy takes 5
     * ms of the start instead of 1.
     */

    /* Guarded by this class. */
    /** Null: nobody hears yet. */
    private static Runnable action;
    /** One that nobody has heard: perhaps of a change to a file that the start had already read. */
    private static boolean hasCome;

    private Hangup() {
    }

    /** From now on HUP does not end this process. Returns whether that could be had. */
    static boolean take() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle run = lookup.findStatic(Hangup.class, "run", MethodType.methodType(void.class, Object.class));
            MethodType handle = MethodType.methodType(void.class, signal);
            Object ours = LambdaMetafactory.metafactory(lookup, "handle", MethodType.methodType(handler), handle, run, handle)
                    .getTarget().invoke();
            signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance("HUP"),
                    ours);
            return true;
        } catch (Error bug) {
            throw bug;
        } catch (Throwable unavailable) {
            return false; // no such module, or no such signal on this system
        }
    }

    static void run(Object signal) {
        Runnable now;
        synchronized (Hangup.class) {
            now = action;
            hasCome = now == null;
        }
        if (now != null) {
            now.run();
        }
    }

    /** @param run what HUP does, on a thread of its own each time; at once, if one has come before. Null: nothing, until later */
    static void onSignal(Runnable run) {
        boolean isDue;
        synchronized (Hangup.class) {
            action = run;
            isDue = hasCome && run != null;
            hasCome &= !isDue;
        }
        if (isDue) {
            run.run();
        }
    }
}
