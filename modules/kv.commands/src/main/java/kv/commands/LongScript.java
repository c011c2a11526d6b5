package kv.commands;

import java.util.ArrayList;
import java.util.List;

/**
 * A script that runs on the slow lane, as those meet it who want its keys: they wait for it, until it is busy, and then they are
 * told so.
 *
 * <p>Any thread.
 */
final class LongScript {
    final ScriptRun run;
    /** What holds its keys, as {@link kv.store.StoreSession#met} shows it to others; null if it has none. */
    private final Object section;

    // Guarded by this.
    private boolean busy;
    private final List<Runnable> waiting = new ArrayList<>();

    LongScript(ScriptRun run, Object section) {
        this.run = run;
        this.section = section;
    }

    boolean holds(Object met) {
        return section != null && section == met;
    }

    /** Whether it has run so long that others are told. */
    synchronized boolean isBusy() {
        return busy;
    }

    /** It has; those who wait for its keys are told now. */
    void becomeBusy() {
        List<Runnable> told;
        synchronized (this) {
            busy = true;
            told = List.copyOf(waiting);
            waiting.clear();
        }
        told.forEach(Runnable::run);
    }

    /** Calls back once, if it becomes busy before it ends; at once if it is. */
    void whenBusy(Runnable callback) {
        synchronized (this) {
            if (!busy) {
                waiting.add(callback);
                return;
            }
        }
        callback.run();
    }
}
