package kv.commands;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** The commands about what is on disk. Those that wait for the disk hold their connection, and no thread. */
final class PersistenceCommands {
    private static final long MILLIS_PER_SECOND = 1000;
    private static final int BACKUP_NAME_BYTES_MAX = 128;

    private PersistenceCommands() {
    }

    /** Waits for a checkpoint of what is there now. */
    static void save(CommandContext c) {
        await(c, Persistence::checkpoint);
    }

    /** Waits for a copy of what is there now. */
    static void backup(CommandContext c) {
        int length = c.length(1);
        if (length > BACKUP_NAME_BYTES_MAX) {
            c.error("ERR the name of a backup has at most " + BACKUP_NAME_BYTES_MAX + " characters");
            return;
        }
        byte[] name = new byte[length];
        c.bytes().get(c.start(1), name);
        await(c, persistence -> persistence.backup(new String(name, StandardCharsets.ISO_8859_1)));
    }

    private static void await(CommandContext c, Function<Persistence, CompletableFuture<Void>> task) {
        Persistence persistence = c.client.awaited == null ? persistence(c) : c.server.view.persistence();
        if (persistence == null) {
            return;
        }
        Throwable failure = failure(c, persistence, task);
        if (failure == null) {
            c.resp.ok();
        } else {
            c.error("ERR " + failure.getMessage());
        }
    }

    /**
     * Why a task has failed, or null. The request is executed a second time when what the first has begun is done: until then
     * this throws.
     */
    static Throwable failure(CommandContext c, Persistence persistence, Function<Persistence, CompletableFuture<Void>> task) {
        CompletableFuture<Void> begun = c.client.awaited;
        if (begun == null) {
            begun = task.apply(persistence);
            c.client.awaited = begun;
        }
        if (!begun.isDone()) {
            CompletableFuture<Void> underWay = begun;
            throw c.waitFor(callback -> underWay.whenComplete((nothing, failure) -> callback.run()));
        }
        c.client.awaited = null;
        try {
            begun.join();
            return null;
        } catch (CompletionException failed) {
            return failed.getCause();
        }
    }

    static void bgsave(CommandContext c) {
        Persistence persistence = persistence(c);
        if (c.argCount() > 2 || c.argCount() == 2 && !c.request.argEquals(1, "SCHEDULE")) {
            c.syntaxError();
        } else if (persistence != null) {
            if (persistence.requestCheckpoint()) {
                c.resp.simple("Background saving started");
            } else {
                c.error("ERR Background save already in progress");
            }
        }
    }

    static void lastsave(CommandContext c) {
        Persistence persistence = c.server.view.persistence();
        c.resp.integer(persistence == null ? 0 : persistence.status().lastMillis() / MILLIS_PER_SECOND);
    }

    /** Replies the error if there is none. */
    private static Persistence persistence(CommandContext c) {
        Persistence persistence = c.server.view.persistence();
        if (persistence == null) {
            c.error("ERR this server keeps nothing on disk: it was started without data-dir");
        }
        return persistence;
    }
}
