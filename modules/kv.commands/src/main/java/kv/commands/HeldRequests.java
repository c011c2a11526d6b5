package kv.commands;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kv.protocol.ProtocolError;
import kv.store.StoreNotWritableException;
import kv.store.StoreSession;

/**
 * What becomes of a request that meets a long section: it is handed back until that is released. Whom a script keeps waiting that
 * has run for long is told so instead.
 *
 * <p>Owner: one executor.
 */
final class HeldRequests {
    static final String BUSY = "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";

    private final CommandContext context;
    private final StoreSession session;
    private final Scripts scripts;

    HeldRequests(CommandContext context) {
        this.context = context;
        this.session = context.session;
        this.scripts = context.server.scripts;
    }

    /** The request at hand was not executed: whether it stays unread. Else an error has been replied. */
    boolean handsBack(NotNow notNow) {
        if (notNow != NotNow.HELD || context.waitsForItsOwn()) {
            return true;
        }
        Client client = context.client;
        if (client.speaksResp && isBusy(context)) {
            client.forgetPieces();
            context.error(BUSY);
            return false;
        }
        Waits.heldSince(client, context.nanos);
        return true;
    }

    /** As above, of one that the store's journal does not take: the slow lane waits for a disk that is behind, no worker does. */
    boolean handsBack(StoreNotWritableException refused) {
        if (refused.isBusy()) {
            return true;
        }
        context.client.forgetPieces();
        context.error(refused.isPassing() ? ProtocolError.DISK_FULL : ProtocolError.LOG_FAILED);
        return false;
    }

    /** Whether what was met is the section of a script that has run so long that others are told. */
    static boolean isBusy(CommandContext context) {
        LongScript script = context.server.scripts.holding(context.session.met());
        return script != null && script.isBusy();
    }

    /** Calls back when it is worth trying again; perhaps at once. */
    void whenReleased(Runnable callback) {
        Consumer<Runnable> ownRelease = context.takeRelease();
        if (ownRelease != null) {
            ownRelease.accept(callback);
            return;
        }
        // A text client is not told, and would only come back to find what it has found.
        LongScript script = context.client.speaksResp ? scripts.holding(session.met()) : null;
        if (script == null) {
            session.whenReleased(callback);
            return;
        }
        AtomicBoolean called = new AtomicBoolean();
        Runnable once = () -> {
            if (called.compareAndSet(false, true)) {
                callback.run();
            }
        };
        session.whenReleased(once);
        script.whenBusy(once);
    }
}
