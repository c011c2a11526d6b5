package kv.commands;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import kv.protocol.CommandSpec.Flag;
import kv.store.Access;
import kv.store.Keys;
import kv.store.Opening;
import kv.store.StoreNotWritableException;
import kv.store.StoreSession;
import kv.store.WatchedKeys;

/**
 * Executes transactions for one executor: all requests of one in one section on the union of their keys, at one moment, so that
 * nobody sees half of it, and as one group in the journal.
 *
 * <p>Owner: the executor's thread.
 * <p>Invariant: all commands of a transaction take place, or none. An error that one replies changes nothing in that.
 */
final class TransactionRun {

    // A short transaction runs in a worker, with its shards locked. What makes it long is known beforehand, mostly: how many
    // requests, how many bytes. But a request may copy a long value, or run a script, or find that it is one for the slow lane.
    // Then what has been changed is taken back, and the transaction begins again there, in a section that holds its keys and
    // keeps no locks; as scripts do, and by the same UndoLog.

    /**
     * A command.
     *
     * @param database the one that was selected behind it
     * @param calls what it has called, if it is a script, for MONITOR
     */
    private record Ran(Command command, boolean failed, long endNanos, long nanos, int database, ScriptCalls calls) {
    }

    private static final int LATE_COUNT = 128;
    private static final int PREFETCHED_MAX = 32;

    private final CommandContext outer;
    private final StoreSession session;
    private final Keys keys;
    private final InnerCommands inner;
    private final Admission admission;
    private final TransactionReply reply = new TransactionReply();
    private final UndoLog undo = new UndoLog(bytes -> { }); // what a worker may touch is bounded

    /** In a worker: what has run, null for what was left out; counted when all have. */
    private final List<Ran> ran = new ArrayList<>();
    /** Whether somebody wants to see one of these. */
    private boolean isWatched;
    private int callBytes;
    private final OpenCounts counts = new OpenCounts();

    private Transaction queue;
    private boolean slow;
    /** Of values that commands have found, in a worker. */
    private long touchedBytes;
    /** A part of the reply is lost: then the connection is closed. */
    private OutputFullException lost;

    TransactionRun(CommandContext outer) {
        this.outer = outer;
        this.session = outer.session;
        this.keys = outer.keys;
        this.inner = new InnerCommands(outer);
        this.admission = new Admission(outer.server);
    }

    /** Executes what the client has queued, unless a key that it watches has changed, and replies. */
    void run(Transaction ofClient) {
        queue = ofClient;
        slow = outer.out.onSlowLane();
        WatchedKeys watched = outer.client.watched;
        if (!slow && (queue.isLong() || watched != null && watched.size() > Transaction.SHORT_COUNT_MAX)) {
            throw NotNow.LONG;
        }
        if (queue.count() > LATE_COUNT) {
            outer.out.late();
        }
        Client client = outer.client;
        int database = client.database;
        int version = client.respVersion;
        int first = keys.size();
        touchedBytes = 0;
        isWatched = false;
        callBytes = 0;
        lost = null;
        reply.begin(outer.out);
        counts.begin();
        inner.begin(reply, queue.sizeBytes(), slow ? outer.counts : counts.bodies);
        try {
            addKeys(first);
            runInSection(first);
        } catch (NotNow notNow) {
            client.database = database;
            client.respVersion = version;
            throw notNow;
        } finally {
            reply.end();
            undo.clear();
            ran.clear();
            keys.truncate(first);
            keys.select(client.database);
            outer.resp.setProtocol(client.respVersion);
        }
        if (lost != null) {
            throw lost;
        }
    }

    private void addKeys(int first) {
        ByteBuffer requests = queue.requests();
        while (requests.hasRemaining()) {
            inner.addKeys(inner.parse(requests));
        }
        if (keys.size() - first > 1) {
            session.prefetch(keys, first, Math.min(keys.size(), first + PREFETCHED_MAX));
        }
    }

    private void runInSection(int first) {
        WatchedKeys watched = outer.client.watched;
        int firstWatched = keys.size();
        if (watched != null) {
            watched.addTo(keys);
        }
        boolean opened = queue.wantsAll() || keys.size() > first;
        if (opened) {
            try {
                if (open(first) == Opening.HELD) {
                    throw NotNow.HELD;
                }
            } catch (StoreNotWritableException refused) {
                throw refused.isBusy() ? NotNow.LONG : refused;
            }
        }
        try {
            if (keys.size() > firstWatched && session.isAnyChanged(watched, firstWatched)) {
                outer.resp.nilArray();
                return;
            }
            if (slow) {
                outer.resp.arrayHeader(queue.count());
            }
            runAll(first);
        } catch (NotNow notNow) {
            undo.restore(session, keys);
            throw notNow;
        } catch (Throwable thrown) {
            if (opened) {
                session.failed(thrown);
            }
            throw thrown;
        } finally {
            if (opened) {
                session.close();
            }
        }
        if (!slow) {
            countAll();
            outer.resp.arrayHeader(queue.count());
            reply.copyTo(outer.out);
        }
    }

    private Opening open(int first) {
        session.announce(queue.writes() ? queue.sizeBytes() : 0);
        if (queue.mayGrow()) {
            session.announceMore();
        }
        if (queue.wantsAll()) {
            return session.holdAll(keys, outer.now);
        }
        if (slow) {
            return session.hold(keys, first, keys.size(), outer.now);
        }
        return session.open(keys, first, keys.size(), queue.writes() ? Access.EXCLUSIVE : Access.SHARED, outer.now);
    }

    private void runAll(int first) {
        ByteBuffer requests = queue.requests();
        int key = first;
        while (requests.hasRemaining()) {
            int start = requests.position();
            Command command = inner.parse(requests);
            int length = requests.position() - start;
            int count = keyCount(command);
            run(command, key, count, length);
            key += count;
        }
    }

    /** As many as {@link InnerCommands#addKeys} has added for it. */
    private int keyCount(Command command) {
        int size = keys.size();
        inner.addKeys(command);
        int count = keys.size() - size;
        keys.truncate(size);
        return count;
    }

    private void run(Command command, int firstKey, int count, int requestBytes) {
        boolean writes = command.flags().contains(Flag.WRITE);
        reply.next();
        if (lost != null && !writes) {
            ended(null); // nobody will see what it would reply
            return;
        }
        long began = outer.server.clock.nanoTime();
        try {
            if (denied(command)) {
                inner.context.error("NOPERM this user has no permissions to run the '" + command.fullName
                        + "' command, or to access one of its keys");
            } else if (writes && inner.haveWrittenAll()) {
                inner.context.error("ERR the transaction writes more than " + inner.writtenBytesMax() + " bytes");
            } else {
                if (!slow) {
                    prepare(command, writes, firstKey, count, requestBytes);
                }
                inner.run(command, firstKey, count, requestBytes);
                if (!slow && inner.writtenBytes() > CommandContext.LATE_BYTES) {
                    throw NotNow.LONG; // SETRANGE and others make much out of little
                }
            }
            if (slow) {
                reply.copyTo(outer.out);
            }
        } catch (OutputFullException full) {
            reply.drop();
            lost = full;
        }
        long ended = outer.server.clock.nanoTime();
        ended(new Ran(command, inner.context.failed, ended, ended - began, outer.client.database, takeCalls()));
    }

    /** Rights may have changed since it was queued. */
    private boolean denied(Command command) {
        inner.context.begin(inner.request, command, 0, 0, outer.now);
        return admission.denial(outer.client, command, inner.request, "multi", outer.now) != null;
    }

    /** In a worker: sees to it that the command can be taken back, and that all of them together do not take long. */
    private void prepare(Command command, boolean writes, int firstKey, int count, int requestBytes) {
        touchedBytes += requestBytes;
        for (int key = firstKey; key < firstKey + count; key++) {
            touchedBytes += Math.max(0, session.valueLength(key));
        }
        if (touchedBytes > CommandContext.LATE_BYTES) {
            throw NotNow.LONG;
        }
        for (int key = firstKey; writes && key < firstKey + count; key++) {
            inner.save(undo, command, key);
        }
    }

    /** What waits until all have run is bounded as if one script had called it. */
    private ScriptCalls takeCalls() {
        ScriptCalls calls = outer.scriptCalls.take(slow ? ScriptCalls.BYTES_MAX : ScriptCalls.BYTES_MAX - callBytes);
        callBytes += calls == null ? 0 : calls.bytes();
        return calls;
    }

    /** Null: one was left out. */
    private void ended(Ran command) {
        if (!slow) {
            ran.add(command);
            isWatched |= command != null && outer.server.watch.wants(command.nanos);
        } else if (command != null) {
            count(command, true);
        }
    }

    /** In a worker: nothing is taken back any more. */
    private void countAll() {
        counts.addTo(outer.counts);
        ByteBuffer requests = queue.requests();
        for (Ran each : ran) {
            if (isWatched) {
                inner.parse(requests);
            }
            if (each != null) {
                count(each, isWatched);
            }
        }
    }

    /** @param isParsed whether it is the one that was parsed last */
    private void count(Ran command, boolean isParsed) {
        CommandMetrics metrics = outer.metrics.of(command.command.metric);
        metrics.latency.record(command.nanos);
        if (command.failed) {
            metrics.failed.increment();
        }
        if (isParsed && outer.server.watch.wants(command.nanos)) {
            outer.client.database = command.database;
            outer.scriptCalls.addAll(command.calls);
            outer.show(command.command, inner.request, command.endNanos, command.nanos, 0);
        }
    }
}
