package kv.commands;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import kv.protocol.ProtocolError;
import kv.protocol.Request;
import kv.protocol.RequestParser;
import kv.store.Keys;
import kv.store.Opening;
import kv.store.StoreClock;
import kv.store.StoreNotWritableException;
import kv.store.StoreSession;

/**
 * Parses and executes what a client has sent, in one straight line: bytes, request, keys, section, command, reply.
 *
 * <p>Owner: one thread, for all the clients that it serves, one after another. It never waits for a long section: a request that
 * meets one is handed back. Nor, unless it is the slow lane's, for the journal's disk.
 * <p>Invariant: all of a command happens at one moment, in one section on its keys, which are hashed once; but for those that
 * work on each key as if it were alone.
 * <p>Failure: what a body throws goes to the caller, who closes the connection; if the store was being changed, it is broken,
 * and its failure handler has been told.
 */
public final class Executor {

    // The clock is read once a command: the moment at which one ends is the moment of the next, the end of its latency, and what
    // the turn's budget is reckoned by. Keys of a pipeline are hashed when it is parsed, for the prefetch and the section alike.

    /** What is to become of the connection after a call of {@link #execute}. */
    public enum Outcome {
        /** Everything complete was executed; {@link #neededBytes} of what is unread must be there before it can go on. */
        IDLE,
        /** Requests are left unread, because this client has had its turn: send, then go on when the others have had theirs. */
        PAUSED,
        /** The next request takes long, or waits for the disk, and is left unread: call again with it on the slow lane. */
        DEFERRED,
        /**
         * The next request is left unread, because a long section holds its keys, or it waits for something else: call again
         * when {@link #whenReleased} says so.
         */
        HELD,
        /** Send the replies so far after {@link #delayMillis}, then go on. */
        DELAYED,
        /** Send the replies so far, then close; what is unread is dropped. */
        CLOSED,
        /** As CLOSED; a browser was made to talk to us, which somebody should be told. */
        CROSS_PROTOCOL
    }

    /**
     * How long the commands of one client, and of one batch of clients, may take before others get their turn: each at least one.
     */
    private static final long TURN_NANOS = 500_000;
    private static final long BATCH_NANOS = 1_000_000;
    /** What is worked on key by key locks so many at a time. */
    private static final int PIECE_KEYS = 256;

    private final CommandService service;
    final CommandContext context;
    private final StoreClock clock;
    private final StoreSession session;
    private final Keys keys;
    private final WorkerMetrics metrics;

    private final ParsedRequests parsed;
    private final Admission admission;
    private final HeldRequests held;

    /** Requests, in this call. */
    private int executed;
    private int neededBytes;
    /** When the command before ended, which is when this one begins. */
    private long nanos;
    private long batchBeganNanos;
    private long turnNanos;
    private long turnBeganNanos;
    /** Output of this call behind the last command that was looked at. */
    private long writtenBytes;

    Executor(CommandService service) {
        this.service = service;
        this.context = new CommandContext(service);
        this.clock = service.clock;
        this.session = context.session;
        this.keys = context.keys;
        this.metrics = context.metrics;
        this.parsed = new ParsedRequests(session, keys, service.limits.keyBytesMax());
        this.admission = new Admission(service);
        this.held = new HeldRequests(context);
    }

    /**
     * Some calls of {@link #execute} follow directly, whose bytes have all arrived: reads the clock once for all of them.
     *
     * @param receivedNanos since when they wait for a thread, by System.nanoTime
     * @param slow whether this is the slow lane
     */
    public void beginBatch(long receivedNanos, boolean slow) {
        session.waits(slow);
        nanos = clock.nanoTime();
        batchBeganNanos = nanos;
        metrics.waits.batch(nanos - receivedNanos, slow);
        service.slowLog.waited(LatencyEvents.Kind.QUEUE_WAIT, nanos, nanos - receivedNanos);
    }

    /**
     * Executes complete requests in {@code in}, advances its position past them, and replies into {@code out}. What is not
     * executed stays unread: the same bytes, and those that follow them, belong into the next call for that client.
     *
     * @param in of native byte order, with at least one byte remaining
     */
    public Outcome execute(Client client, ByteBuffer in, ReplyOutput out) {
        executed = 0;
        writtenBytes = 0;
        neededBytes = 1;
        turnBeganNanos = nanos;
        turnNanos = Math.min(TURN_NANOS, batchBeganNanos + BATCH_NANOS - nanos);
        if (client.parser == null) {
            neededBytes = FirstByte.choose(client, in, service);
            if (client.parser == null) {
                return Outcome.IDLE;
            }
        }
        context.enter(out, client);
        metrics.waits.begin();
        if (client.isHeld) {
            service.slowLog.waited(LatencyEvents.Kind.HELD_WAIT, nanos, metrics.waits.heldUntil(client, nanos));
        }
        Outcome outcome = null;
        while (outcome == null && in.hasRemaining()) {
            RequestParser.Outcome found = parsed.parse(client.parser, in, out.onSlowLane() || client.mustLogIn());
            parsed.prefetch();
            outcome = executeParsed(client, in, out);
            if (outcome == null && found != RequestParser.Outcome.REQUEST) {
                outcome = client.hasEnded() ? Outcome.CLOSED : afterParsed(found, client, in, out);
            }
        }
        parsed.clear();
        return outcome == null ? Outcome.IDLE : outcome;
    }

    /**
     * The position in the store's journal up to which it must be durable before the replies since the last call of this method
     * may be seen: that of the last change of whatever the commands have touched, read or changed. 0 without a journal.
     */
    public long takeSeenPosition() {
        return session.takeSeenPosition();
    }

    /** Who is to be told if the replies since the last call wait for the journal then: for how many nanoseconds they have. */
    public LongConsumer journalWait() {
        return service.journalWaits.of(metrics.waits.takenDown());
    }

    /** Requests that the last call has executed. */
    public int executed() {
        return executed;
    }

    /** After IDLE with bytes unread: the next request cannot be complete before there are so many, counted from the position. */
    public int neededBytes() {
        return neededBytes;
    }

    /** After DELAYED: for how long. */
    public long delayMillis() {
        return context.delayMillis;
    }

    /** After HELD: calls back, on any thread and perhaps at once, when it is worth calling {@link #execute} again. */
    public void whenReleased(Runnable callback) {
        held.whenReleased(callback);
    }

    /** Executes what was parsed; not null if the call ends with that, and what is left has become unread again. */
    private Outcome executeParsed(Client client, ByteBuffer in, ReplyOutput out) {
        int end = in.position();
        for (int i = 0; i < parsed.count(); i++) {
            Outcome outcome = client.checks() == 0 ? attempt(i, client, out) : attemptIfAdmitted(i, client, in, out);
            in.position(outcome == null ? parsed.end(i) : parsed.start(i));
            if (outcome == null) {
                outcome = stopReason(client, in, out);
            }
            if (outcome != null) {
                client.parser.restart();
                return outcome;
            }
        }
        in.position(end);
        return null;
    }

    /** Executes a request, unless it is for the slow lane; null, or why it has to be left unread. */
    private Outcome attempt(int index, Client client, ReplyOutput out) {
        if (!out.onSlowLane() && parsed.isLong(index)) {
            return Outcome.DEFERRED;
        }
        if (parsed.bytes(index) > CommandContext.LATE_BYTES) {
            out.late();
        }
        return execute(index, client);
    }

    /** As {@link #attempt}, for a client whose requests are not executed as a matter of course. */
    private Outcome attemptIfAdmitted(int index, Client client, ByteBuffer in, ReplyOutput out) {
        Command command = parsed.command(index);
        context.begin(parsed.request(index), command, 0, 0, clock.millisAt(nanos));
        context.nanos = nanos;
        boolean skipsReply = client.replies == Client.Replies.SKIP;
        Outcome outcome = switch (admission.admit(context)) {
            case ADMITTED -> client.transaction != null && queue(index, client, in) ? null : attempt(index, client, out);
            case HELD -> Outcome.HELD;
            case CLOSED -> Outcome.CLOSED;
            case ANSWERED -> {
                metrics.of(command.metric).rejected.increment();
                TransactionCommands.refuse(context);
                executed++;
                nanos = clock.nanoTime();
                yield null;
            }
        };
        if (outcome == null && skipsReply) {
            context.replies(Client.Replies.ON);
        }
        return outcome;
    }

    /** Puts the request at hand into the client's transaction, or refuses it; false: it is about the transaction itself. */
    private boolean queue(int index, Client client, ByteBuffer in) {
        if (TransactionCommands.isAboutTransactions(context.command)) {
            return false;
        }
        TransactionCommands.queue(context, in, parsed.start(index), parsed.end(index));
        executed++;
        nanos = clock.nanoTime();
        return true;
    }

    /** What comes of a request that cannot be executed; null: go on. */
    private Outcome afterParsed(RequestParser.Outcome found, Client client, ByteBuffer in, ReplyOutput out) {
        Request request = parsed.rejected();
        switch (found) {
            case ERROR -> {
                if (Commands.isCrossProtocol(request)) {
                    return Outcome.CROSS_PROTOCOL;
                }
                reject(request, client);
                return stopReason(client, in, out);
            }
            case FATAL -> {
                reject(request, client);
                return Outcome.CLOSED;
            }
            default -> {
                neededBytes = client.parser.neededBytes();
                return Outcome.IDLE;
            }
        }
    }

    private void reject(Request request, Client client) {
        Command command = (Command) request.command();
        if (command != null) {
            metrics.of(command.metric).rejected.increment();
        }
        context.begin(request, command, 0, 0, 0);
        if (!TransactionCommands.refuse(context)) {
            context.error(client.speaksResp || !client.mustLogIn() || command != null && command.needsNoLogin ? request.error()
                    : ProtocolError.AUTHENTICATION_REQUIRED);
        }
        if (client.replies == Client.Replies.SKIP) {
            context.replies(Client.Replies.ON);
        }
    }

    /** Not null if the client has been told to go, or has had its turn. */
    private Outcome stopReason(Client client, ByteBuffer in, ReplyOutput out) {
        if (client.ending != null) {
            Outcome ending = client.ending;
            client.ending = null;
            return ending;
        }
        if (!out.isFull() && !out.onSlowLane() && nanos - turnBeganNanos < turnNanos) {
            return null;
        }
        return in.hasRemaining() ? Outcome.PAUSED : Outcome.IDLE;
    }

    /** Executes a request; null, or why it has to be left unread. */
    private Outcome execute(int index, Client client) {
        Command command = parsed.command(index);
        Request request = parsed.request(index);
        int from = parsed.firstKey(index);
        int to = parsed.keysEnd(index);
        long now = clock.millisAt(nanos);
        client.lastCommand = command;
        context.nanos = nanos;
        try {
            if (to - from > 1 && command.kind == Command.Kind.EACH_KEY) {
                runInPieces(index, client, now);
            } else {
                context.begin(request, command, from, to - from, now);
                if (from == to) {
                    command.body.run(context);
                } else if (command.kind != Command.Kind.ONE_VALUE || !context.valueReply.tryAtOnce()) {
                    runInSection(command, from, to, now);
                }
            }
        } catch (NotNow notNow) {
            if (held.handsBack(notNow)) {
                return notNow.outcome;
            }
        } catch (StoreNotWritableException refused) {
            if (held.handsBack(refused)) {
                return Outcome.DEFERRED;
            }
        }
        ended(command, request, client);
        return null;
    }

    /** Counts a request, and takes the time. */
    private void ended(Command command, Request request, Client client) {
        executed++;
        long end = clock.nanoTime();
        CommandMetrics counts = metrics.of(command.metric);
        counts.latency.record(end - nanos);
        if (service.watch.wants(end - nanos)) {
            long written = context.out.writtenBytes();
            context.show(command, request, end, end - nanos, Math.max(0, written - writtenBytes));
            writtenBytes = written;
        }
        if (context.failed) {
            counts.failed.increment();
        }
        nanos = end;
        client.lastNanos = end;
    }

    /** Who finds no memory has changed nothing, and runs again when room was made by evicting. */
    private void runInSection(Command command, int from, int to, long now) {
        context.mayRunAgain = true;
        for (int tries = 1; ; tries++) {
            try {
                runOnce(command, from, to, now);
                return;
            } catch (NotNow notNow) {
                if (notNow != NotNow.NO_ROOM) {
                    throw notNow;
                }
                context.mayRunAgain = session.makeRoom() && tries < StoreSession.TRIES_MAX;
            }
        }
    }

    private void runOnce(Command command, int from, int to, long now) {
        if (command.firstValue > 0 || command.mayGrow) {
            WrittenValues.prepare(context, keys, from, to, service.limits.valueBytesMax());
        }
        boolean holds = command.kind == Command.Kind.SCRIPT && context.out.onSlowLane();
        Opening opening = holds ? session.hold(keys, from, to, now) : session.open(keys, from, to, command.access, now);
        if (opening == Opening.HELD) {
            throw NotNow.HELD;
        }
        boolean thrown = true;
        context.sectionOpened();
        try {
            command.body.run(context);
            thrown = false;
        } catch (NotNow | OutputFullException harmless) {
            throw harmless; // bodies reply before their first change or after their last one
        } catch (Throwable failure) {
            session.failed(failure);
            throw failure;
        } finally {
            session.close();
            context.sectionClosed(thrown);
        }
    }

    /** One section after another. If one is refused, the client remembers where to go on when the request is read again. */
    private void runInPieces(int index, Client client, long now) {
        int from = parsed.firstKey(index);
        int to = parsed.keysEnd(index);
        for (int first = from + client.keysDone; first < to; first += PIECE_KEYS) {
            if (context.out.isCancelled()) {
                client.ending = Outcome.CLOSED;
                return;
            }
            int end = Math.min(to, first + PIECE_KEYS);
            context.begin(parsed.request(index), parsed.command(index), first, end - first, now);
            context.beginPiece(client.keysCounted, end == to);
            runInSection(parsed.command(index), first, end, now);
            client.keysDone += PIECE_KEYS;
            client.keysCounted = context.keysCounted;
        }
        client.forgetPieces();
    }
}
