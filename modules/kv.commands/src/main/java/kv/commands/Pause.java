package kv.commands;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import kv.store.Access;

/**
 * CLIENT PAUSE: for a time, requests are left unread, all or those that write. Any thread.
 *
 * <p>Each client has a bit ({@link Admission#PAUSE}) that says: look here. So a server that is not paused pays nothing. No thread
 * waits: connections are held, and let go of when it is over.
 */
final class Pause {
    static final long MILLIS_MAX = 365L * 24 * 3600 * 1000;

    private final Background background;
    private final Map<Long, Client> clients;
    private volatile boolean isActive;
    private volatile boolean onlyWrites;

    // Guarded by this.
    /** Those that are held, and what lets them go. */
    private final Map<Client, Runnable> held = new HashMap<>();
    private long untilNanos;

    Pause(Background background, Map<Long, Client> clients) {
        this.background = background;
        this.clients = clients;
    }

    /** For so long from now, or longer if that was said before; of two pauses the one that stops more counts. */
    synchronized void begin(long millis, boolean writesOnly) {
        long until = System.nanoTime() + millis * 1_000_000;
        onlyWrites = writesOnly && (!isActive || onlyWrites);
        untilNanos = isActive ? Math.max(untilNanos, until) : until;
        isActive = true;
        clients.values().forEach(this::greet);
        background.after(millis, this::endIfOver);
    }

    private void endIfOver() {
        Collection<Runnable> releases;
        synchronized (this) {
            if (!isActive || System.nanoTime() - untilNanos < 0) {
                return;
            }
            releases = takeAll();
        }
        releases.forEach(Runnable::run);
    }

    /** At once. */
    void end() {
        takeAll().forEach(Runnable::run);
    }

    private synchronized Collection<Runnable> takeAll() {
        isActive = false;
        clients.values().forEach(client -> client.check(Admission.PAUSE, false));
        Collection<Runnable> releases = Map.copyOf(held).values();
        held.clear();
        return releases;
    }

    /** A client that has come, or is there. */
    void greet(Client client) {
        if (isActive) {
            client.check(Admission.PAUSE, true);
        }
    }

    /** It has gone. */
    synchronized void leave(Client client) {
        held.remove(client);
    }

    /** Whether this command has to wait. What ends a pause, and who makes one, does not. */
    boolean stops(Command command) {
        if (!isActive) {
            return false;
        }
        return switch (command.fullName) {
            case "client|unpause", "client|pause", "client|kill", "client|list", "shutdown", "quit" -> false;
            default -> !onlyWrites || command.access == Access.EXCLUSIVE;
        };
    }

    /** Calls back when it is over, perhaps at once. */
    void whenOver(Client client, Runnable callback) {
        synchronized (this) {
            if (isActive) {
                held.put(client, callback);
                return;
            }
        }
        callback.run();
    }
}
