package kv.commands;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import kv.protocol.ProtocolError;
import kv.protocol.ReplyWriter;
import kv.protocol.Request;
import kv.protocol.RespReplyWriter;
import kv.protocol.TextReplyWriter;
import kv.store.Keys;
import kv.store.PutResult;
import kv.store.StoreSession;

/**
 * What a command works with: its request, its keys in an open section, one moment, and where its reply goes. One per executor,
 * reused for all its commands.
 *
 * <p>Keys are numbered from 0 within the command; {@link #key} gives the number that the session knows.
 */
final class CommandContext {
    /** Copying more than this takes longer, some 40 us, than whoever waits for this thread had better wait. */
    static final int LATE_BYTES = 256 << 10;
    /** Copying more than this, some 150 us, holds up the others of its batch for too long: it is work for the slow lane. */
    static final int LONG_BYTES = (1 << 20) + (64 << 10);

    final CommandService server;
    final StoreSession session;
    final Keys keys;
    final WorkerMetrics metrics;
    /** Where what the bodies count goes. */
    BodyCounts counts;
    final TextReplyWriter text = new TextReplyWriter();
    final RespReplyWriter resp = new RespReplyWriter();
    final Scratch scratch = new Scratch();
    final SetOptions setOptions = new SetOptions();
    final KeyScan keyScan = new KeyScan();
    final BulkCommands.Pairs pairs = new BulkCommands.Pairs(this);
    final ValueReply valueReply = new ValueReply(this);
    final LateValues lateValues;
    final ScriptCalls scriptCalls;
    private ScriptRun scriptRun;
    private TransactionRun transactionRun;

    // Of the client that is served.
    /** The writer of the protocol that it speaks: text or resp. */
    ReplyWriter replies;
    ReplyOutput out;
    /** Where it would go if the client wants replies. */
    private ReplyOutput heard;
    private final SilentOutput silence = new SilentOutput();
    Client client;

    // Of the command that runs.
    Request request;
    Command command;
    private int firstKey;
    private int keyCount;
    /** The moment at which it takes place, in milliseconds since 1970, and in nanoseconds of the store's clock. */
    long now;
    long nanos;
    /** Whether its reply is an error. */
    boolean failed;
    /** How many of the command's keys so far are what it counts, and whether the keys of this section are its last. */
    long keysCounted;
    boolean isLastPiece;
    /** The section is the command's own: long values are copied behind it. */
    boolean ownsSection;
    /** How the request that was handed back is released; null: the session says when. */
    private Consumer<Runnable> release;
    /** How long the replies of a client are held back that was told {@link Executor.Outcome#DELAYED}. */
    long delayMillis;
    /** Where there is no memory the command is run again when room has been made, rather than refused. */
    boolean mayRunAgain;
    /** The context of the script whose command this is; null for a client's. */
    private final CommandContext outer;

    CommandContext(CommandService server) {
        this.outer = null;
        this.server = server;
        this.session = server.store.session();
        this.session.keepRoom();
        this.keys = session.newKeys();
        this.metrics = server.metrics.newWorker();
        this.counts = metrics.bodies;
        this.session.onLockWait(waited -> metrics.waits.lock(nanos, waited));
        this.lateValues = new LateValues(session);
        this.scriptCalls = new ScriptCalls();
    }

    /** For commands that a script calls, in the section of its own command. */
    CommandContext(CommandContext outer) {
        this.outer = outer;
        server = outer.server;
        session = outer.session;
        keys = outer.keys;
        metrics = outer.metrics;
        counts = outer.counts;
        lateValues = outer.lateValues;
        scriptCalls = outer.scriptCalls;
    }

    /**
     * The request, of which nothing has been replied or done yet, waits for something.
     *
     * @param call what calls back, on any thread and perhaps at once, when the request should be tried again
     */
    NotNow waitFor(Consumer<Runnable> call) {
        release = call;
        return NotNow.HELD;
    }

    /** After {@link NotNow#HELD}: whether the request waits for what it has begun, and not for a long section. */
    boolean waitsForItsOwn() {
        return release != null;
    }

    Consumer<Runnable> takeRelease() {
        Consumer<Runnable> taken = release;
        release = null;
        return taken;
    }

    /** The replies so far, and what the client sends next, wait for so long. */
    void delay(long millis) {
        delayMillis = millis;
        client.ending = Executor.Outcome.DELAYED;
    }

    TransactionRun transactionRun() {
        return transactionRun == null ? transactionRun = new TransactionRun(this) : transactionRun;
    }

    ScriptRun scriptRun() {
        return scriptRun == null ? scriptRun = new ScriptRun(this) : scriptRun;
    }

    void enter(ReplyOutput output, Client served) {
        heard = output;
        out = served.replies == Client.Replies.ON ? output : silence.before(output);
        client = served;
        replies = served.speaksResp ? resp : text;
        text.attach(out);
        resp.attach(out);
        resp.setProtocol(served.respVersion);
        keys.select(served.database);
        keys.countReads(!served.readsUncounted);
    }

    /** The client wants these replies from now on. */
    void replies(Client.Replies wanted) {
        client.replies = wanted;
        client.check(Admission.REPLIES, wanted == Client.Replies.SKIP);
        enter(heard, client);
    }

    void begin(Request ofRequest, Command ofCommand, int first, int count, long nowMillis) {
        request = ofRequest;
        command = ofCommand;
        firstKey = first;
        keyCount = count;
        now = nowMillis;
        failed = false;
        keysCounted = 0;
        isLastPiece = true;
        ownsSection = false;
    }

    /** A section has been opened for this command alone, to be followed by {@link #sectionClosed}. */
    void sectionOpened() {
        ownsSection = true;
    }

    /** What the command has found and not yet replied is replied now, unless something was thrown. */
    void sectionClosed(boolean thrown) {
        ownsSection = false;
        if (thrown) {
            lateValues.clear();
        } else {
            writeLateValues();
        }
    }

    private void writeLateValues() {
        if (lateValues.isEmpty()) {
            return;
        }
        try {
            lateValues.write(replies, valueReply);
        } finally {
            lateValues.clear();
        }
    }

    /** The keys given to {@link #begin} are only some of the command's. */
    void beginPiece(long countedBefore, boolean isLast) {
        keysCounted = countedBefore;
        isLastPiece = isLast;
    }

    ByteBuffer bytes() {
        return request.bytes();
    }

    /** Shows a command that has run, until a moment, to those who want to know of it, the slow log among them. */
    void show(Command ended, Request itsRequest, long endNanos, long tookNanos, long replyBytes) {
        metrics.waits.tookDown(server.watch.saw(ended, itsRequest, client, server.clock.millisAt(endNanos), tookNanos, replyBytes,
                () -> metrics.waits.of(client, nanos, out.receivedNanos())));
        scriptCalls.showTo(server.monitors, now);
    }

    int start(int arg) {
        return request.start(arg);
    }

    int length(int arg) {
        return request.length(arg);
    }

    int argCount() {
        return request.argCount();
    }

    /** An argument, a char a byte: two that differ never look the same. */
    String latin1(int arg) {
        return new String(copy(arg), StandardCharsets.ISO_8859_1);
    }

    byte[] copy(int arg) {
        byte[] copy = new byte[length(arg)];
        bytes().get(start(arg), copy);
        return copy;
    }

    /** What the session calls this key of the command. */
    int key(int number) {
        assert number < keyCount : number + " of " + keyCount;
        return firstKey + number;
    }

    /** The keys of the command, or of the piece of it that is being executed. */
    int keyCount() {
        return keyCount;
    }

    boolean exists(int number) {
        return session.valueLength(key(number)) >= 0;
    }

    /** As {@link #exists}, and counted as a look-up that has found something or not. */
    boolean lookUp(int number) {
        return counted(exists(number));
    }

    /** Counts a look-up of a command that reads. */
    boolean counted(boolean found) {
        if (found) {
            counts.hits.increment();
        } else {
            counts.misses.increment();
        }
        return found;
    }

    /** Gives a key the value in an argument; false if there is no memory, which has been replied. */
    boolean put(int number, int valueArg, long deadline) {
        return put(number, bytes(), start(valueArg), length(valueArg), deadline);
    }

    boolean put(int number, ByteBuffer value, int valueStart, int valueLength, long deadline) {
        boolean done = session.put(key(number), value, valueStart, valueLength, deadline) != PutResult.OUT_OF_MEMORY;
        if (!done) {
            outOfMemory();
        }
        return done;
    }

    /** Replies a key's value, or that there is none. A long one is the last thing that the command replies. */
    void replyValue(int number) {
        int most = ownsSection ? LATE_BYTES : Integer.MAX_VALUE;
        int length = session.get(key(number), most, valueReply);
        if (length > most) {
            requireTimeFor(length);
            replyValueLate(number);
        } else {
            endValue(length);
        }
    }

    /** As {@link #replyValue}, behind the section if that is possible: so must be all that the command replies after it. */
    void replyValueLate(int number) {
        int key = key(number);
        int length = ownsSection ? lateValues.add(key) : StoreSession.NOT_DETACHED;
        if (length != StoreSession.NOT_DETACHED) {
            counted(length >= 0);
            return;
        }
        writeLateValues();
        endValue(session.get(key, Integer.MAX_VALUE, valueReply));
    }

    /** Ends the reply of a value of this length, or says that there is none. */
    void endValue(int length) {
        if (counted(length >= 0)) {
            replies.endValue();
        } else {
            replies.missing();
        }
    }

    /** Replies a part of a key's value, which is empty if there is none. */
    void replyRange(int number, int offset, int length) {
        if (counted(session.getRange(key(number), offset, length, valueReply))) {
            replies.endValue();
        } else {
            resp.bulk("");
        }
    }

    /**
     * If nobody waits for the reply any more, gives it up and has the connection closed: half a reply must not be taken for a
     * whole one.
     */
    boolean endIfCancelled() {
        if (!out.isCancelled()) {
            return false;
        }
        out.discard();
        lateValues.clear();
        client.ending = Executor.Outcome.CLOSED;
        return true;
    }

    /** What follows takes long; nothing has been replied or changed yet. */
    void requireSlowLane() {
        if (!out.onSlowLane()) {
            throw NotNow.LONG;
        }
    }

    /** So many bytes are going to be copied, or touched; nothing has been replied or changed yet. */
    void requireTimeFor(long bytes) {
        if (bytes > LONG_BYTES) {
            requireSlowLane();
        }
        if (bytes > LATE_BYTES) {
            out.late();
        }
    }

    /** A client's mistake in RESP: the code word and the text. */
    void error(String codeAndText) {
        countError(codeAndText);
        resp.error(codeAndText);
    }

    /** A client's mistake in RESP that the reply repeats between two texts. */
    void error(String codeAndText, int arg, String end) {
        countError(codeAndText);
        resp.error(codeAndText, request, arg, end);
    }

    void error(ProtocolError error) {
        countError(error.respText());
        replies.error(error, request);
    }

    private void countError(String codeAndText) {
        failed = true;
        counts.error(codeAndText);
    }

    void outOfMemory() {
        CommandContext owner = outer == null ? this : outer;
        if (owner.ownsSection && owner.mayRunAgain) {
            throw NotNow.NO_ROOM;
        }
        error(ProtocolError.OUT_OF_MEMORY);
    }

    void syntaxError() {
        error("ERR syntax error");
    }

    void notAnInteger() {
        error(ProtocolError.NOT_AN_INTEGER);
    }

    /** The command, or its subcommand, takes another number of arguments. */
    void wrongArity(String fullName) {
        countError("ERR");
        resp.wrongArity(fullName);
    }

    /** Argument 1 is none of the container's subcommands. */
    void unknownSubcommand() {
        countError("ERR");
        resp.unknownSubcommand(request);
    }
}
