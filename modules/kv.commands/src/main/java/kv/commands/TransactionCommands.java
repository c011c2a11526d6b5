package kv.commands;

import java.nio.ByteBuffer;
import java.util.Set;
import kv.store.WatchedKeys;

/** MULTI, EXEC, DISCARD, WATCH and UNWATCH. */
final class TransactionCommands {
    /** What watching a key takes on the heap beside the key. */
    private static final int WATCH_BYTES = 160;

    private static final Set<String> AT_ONCE = Set.of("exec", "discard", "multi", "watch", "quit", "reset");

    private TransactionCommands() {
    }

    /** Whether a command is executed though there is a transaction, which takes all others. */
    static boolean isAboutTransactions(Command command) {
        return AT_ONCE.contains(command.name());
    }

    /** Puts a request, which lies in these bytes, into the client's transaction; or says why not, and none will be executed. */
    static void queue(CommandContext c, ByteBuffer from, int start, int end) {
        Transaction transaction = c.client.transaction;
        c.client.lastCommand = c.command;
        c.client.lastNanos = c.nanos;
        if (Transaction.isForbidden(c.command, c.request)) {
            c.error("ERR Command not allowed inside a transaction");
        } else if (c.command.isContainer() && c.argCount() > 1) {
            c.command.body.run(c); // which says what is wrong
        } else if (!transaction.add(c.command, c.request, from, start, end, c.out)) {
            c.outOfMemory();
        } else {
            c.resp.simple("QUEUED");
            return;
        }
        transaction.abort();
    }

    /** A request is wrong as it stands: no transaction that it belongs to is executed. True if that has been replied. */
    static boolean refuse(CommandContext c) {
        boolean isExec = c.command != null && c.command.name().equals("exec") && c.argCount() > 1;
        if (isExec) {
            c.client.endTransaction(c.out);
            c.error("EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command");
        } else if (c.client.transaction != null) {
            c.client.transaction.abort();
        }
        return isExec;
    }

    static void multi(CommandContext c) {
        if (c.client.transaction != null) {
            c.error("ERR MULTI calls can not be nested");
        } else {
            c.client.transaction = new Transaction();
            c.client.check(Admission.TRANSACTION, true);
            c.resp.ok();
        }
    }

    static void exec(CommandContext c) {
        Transaction queue = c.client.transaction;
        if (queue == null) {
            c.error("ERR EXEC without MULTI");
        } else if (queue.isAborted()) {
            c.client.endTransaction(c.out);
            c.error("EXECABORT Transaction discarded because of previous errors.");
        } else {
            run(c, queue);
        }
    }

    private static void run(CommandContext c, Transaction queue) {
        try {
            c.transactionRun().run(queue);
        } catch (NotNow notNow) {
            if (notNow == NotNow.HELD && HeldRequests.isBusy(c)) {
                c.client.endTransaction(c.out);
                c.error("EXECABORT Transaction discarded because of: " + HeldRequests.BUSY);
                return;
            }
            throw notNow;
        } catch (RuntimeException | Error failure) {
            c.client.endTransaction(c.out);
            throw failure;
        }
        c.client.endTransaction(c.out);
    }

    static void discard(CommandContext c) {
        if (c.client.transaction == null) {
            c.error("ERR DISCARD without MULTI");
        } else {
            c.client.endTransaction(c.out);
            c.resp.ok();
        }
    }

    static void watch(CommandContext c) {
        if (c.client.transaction != null) {
            c.error("ERR WATCH inside MULTI is not allowed");
            return;
        }
        long cost = (long) WATCH_BYTES * c.keyCount();
        for (int number = 0; number < c.keyCount(); number++) {
            cost += c.length(number + 1);
        }
        if (!c.out.charge(cost)) {
            c.outOfMemory();
            return;
        }
        if (c.client.watched == null) {
            c.client.watched = new WatchedKeys();
        }
        c.client.watchedCost += cost;
        for (int number = 0; number < c.keyCount(); number++) {
            c.session.watch(c.key(number), c.client.watched);
        }
        c.resp.ok();
    }

    static void unwatch(CommandContext c) {
        c.client.unwatch(c.out);
        c.resp.ok();
    }
}
