package kv.commands;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import kv.protocol.RequestParser;
import kv.store.WatchedKeys;

/**
 * What the commands know of one connection beyond its bytes: protocol, name, identity, and what stands between a request of it
 * and its execution.
 *
 * <p>Owner: the executor that serves the connection. CLIENT LIST of another connection may see its last command late. Any
 * thread may change the {@link #checks}.
 */
public final class Client {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Which replies it wants. */
    enum Replies {
        ON, OFF,
        /** Not the next one. */
        SKIP
    }

    final long id;
    private final String remote;
    private final String local;
    /** As whom it runs on this machine; empty if that is not known. */
    private volatile String peerUser = "";
    private final long connectedNanos;

    /** Null until the first byte has come, which decides. */
    RequestParser parser;
    boolean speaksResp;
    /** How this call ends behind the command that runs: CLOSED, when it has been told to go; null: as usual. */
    Executor.Outcome ending;
    /** Of a request that was handed back when some of its keys had been worked on: how many, and what was counted. */
    int keysDone;
    long keysCounted;
    /** Its next request was handed back, because a long section held its keys; since when, and how long in all until when. */
    boolean isHeld;
    long heldSinceNanos;
    long heldNanos;
    long heldUntilNanos;
    /** What its request has begun, and is handed back until that is done; else null. */
    CompletableFuture<Void> awaited;

    Replies replies = Replies.ON;
    /** The one that it has selected. */
    volatile int database;
    volatile int respVersion = 2;
    volatile String name = "";
    volatile String libraryName = "";
    volatile String libraryVersion = "";
    /** What it has sent since MULTI; null without one. */
    Transaction transaction;
    /** Null until it watches something. */
    volatile WatchedKeys watched;
    /** What these are charged with. */
    long watchedCost;
    /** Its connection is kept when memory is short. */
    volatile boolean isSpared;
    /** What it reads does not count as asked for. */
    volatile boolean readsUncounted;
    /** It is told what all others do. */
    volatile boolean monitors;
    Command lastCommand;
    long lastNanos;

    /** What {@link Admission} has to look at before a request of this client is executed, a bit each; 0, usually: nothing. */
    private volatile int checks;
    /** Whom its certificate names, where that is the user; each char a byte. Else null. */
    volatile String certifiedName;
    /** Whose it is; null: it has not said yet. Changed by the owner, under this. */
    volatile User user;
    /** What that user may do; null: everything. */
    volatile Rights rights;
    /** The password that it gave last is being checked; null: none is. */
    PasswordCheck passwordCheck;
    /** Since when it is nobody's. */
    private volatile long nobodysSinceNanos;
    /** Wrong passwords in a row. */
    int failedLogins;
    /** How the connection is closed, once it can be. */
    private volatile Runnable hangUp;
    private volatile Supplier<ClientMemory> memory = () -> ClientMemory.NONE;

    Client(long id, String remote, String local, long connectedNanos) {
        this.id = id;
        this.remote = remote;
        this.local = local;
        this.connectedNanos = connectedNanos;
        this.lastNanos = connectedNanos;
        this.nobodysSinceNanos = connectedNanos;
    }

    int checks() {
        return checks;
    }

    /** Any thread. */
    synchronized void check(int bit, boolean on) {
        checks = on ? checks | bit : checks & ~bit;
    }

    /** It is this user's from now on; null: nobody's. Owner. */
    synchronized void become(User now) {
        user = now;
        nobodysSinceNanos = lastNanos;
        failedLogins = 0;
        refresh();
        if (parser != null) {
            parser.limitToLogin(now == null);
        }
    }

    /** What its user may do has changed, perhaps. Any thread. */
    synchronized void refresh() {
        User now = user;
        rights = now == null ? null : now.rights();
        check(Admission.LOGIN, now == null);
        check(Admission.RIGHTS, rights != null);
    }

    /** Closes the connection if it has had to say who it is for longer than that. Any thread. @return whether it was so */
    boolean endIfLoginIsLate(long nanos, long millis) {
        if (!mustLogIn() || hasEnded() || nanos - nobodysSinceNanos < millis * 1_000_000) {
            return false;
        }
        end();
        return true;
    }

    /** The request whose keys were worked on in pieces is done, or refused. Owner. */
    void forgetPieces() {
        keysDone = 0;
        keysCounted = 0;
    }

    /** Whether it has to say first who it is. */
    boolean mustLogIn() {
        return (checks & Admission.LOGIN) != 0;
    }

    /** Whether it may see this key; others are as if they were not there. */
    boolean mayRead(ByteBuffer keyBytes, int start, int length) {
        Rights now = rights;
        return now == null || now.mayRead(keyBytes, start, length);
    }

    /** The name of its user. */
    String userName() {
        User now = user;
        return now == null ? Users.DEFAULT : now.name;
    }

    /** How the connection can be closed by any thread, at any time. Called once, soon after it was opened. */
    public void closesBy(Runnable closing) {
        hangUp = closing;
        if (hasEnded()) {
            closing.run();
        }
    }

    /** Who tells what its connection holds; any thread asks. */
    public void holds(Supplier<ClientMemory> told) {
        memory = told;
    }

    /** Whether somebody else has closed it. */
    boolean hasEnded() {
        return (checks & Admission.ENDED) != 0;
    }

    /** Closes the connection; no request of it is executed any more but the one at hand. Any thread. */
    void end() {
        check(Admission.ENDED, true);
        Runnable closing = hangUp;
        if (closing != null) {
            closing.run();
        }
    }

    /** As {@link #end}; but one that has asked for its own end gets the reply first. */
    void endFor(Client asking) {
        if (asking == this) {
            ending = Executor.Outcome.CLOSED;
        } else {
            end();
        }
    }

    /** As whom it runs on this machine; empty if that is not known. */
    public void runsAs(String user) {
        peerUser = user;
    }

    /** Its address and port, as people write them. */
    public String remote() {
        return remote;
    }

    /** Its user and address, for the log. */
    String who() {
        return "user " + Quoted.text(userName()) + " from " + remote;
    }

    /** Our address and port that it has connected to. */
    String local() {
        return local;
    }

    /** As after connecting, but for the protocol's kind. */
    void reset() {
        database = 0;
        respVersion = 2;
        name = "";
        isSpared = false;
        readsUncounted = false;
    }

    /** Its transaction is over, whatever became of it, and so is what it watches. */
    void endTransaction(ReplyOutput out) {
        if (transaction != null) {
            out.charge(-transaction.chargedBytes());
            transaction = null;
            check(Admission.TRANSACTION, false);
        }
        unwatch(out);
    }

    void unwatch(ReplyOutput out) {
        if (watchedCost > 0) {
            watched.clear();
            out.charge(-watchedCost);
            watchedCost = 0;
        }
    }

    /** The connection is gone. Any thread. */
    void disconnected() {
        WatchedKeys last = watched;
        if (last != null) {
            last.end();
        }
    }

    private String flags(Transaction open) {
        String flags = (monitors ? "O" : "") + (open != null ? "x" : "") + (isSpared ? "e" : "") + (readsUncounted ? "T" : "");
        return flags.isEmpty() ? "N" : flags;
    }

    /** Puts a line of CLIENT LIST behind the text. */
    void describe(StringBuilder text, long nowNanos) {
        Command last = lastCommand;
        Transaction open = transaction;
        ClientMemory held = memory.get();
        text.append("id=").append(id).append(" addr=").append(remote).append(" laddr=").append(local)
                .append(" fd=-1 name=").append(name)
                .append(" age=").append((nowNanos - connectedNanos) / NANOS_PER_SECOND)
                .append(" idle=").append((nowNanos - lastNanos) / NANOS_PER_SECOND)
                .append(" flags=").append(flags(open)).append(" db=").append(database)
                .append(" sub=0 psub=0 ssub=0 multi=").append(open == null ? -1 : open.count())
                .append(" qbuf=").append(held.unreadBytes())
                .append(" qbuf-free=").append(Math.max(0, held.inputBytes() - held.unreadBytes()))
                .append(" argv-mem=0 multi-mem=").append(open == null ? 0 : open.chargedBytes())
                .append(" rbs=0 rbp=0 obl=0 oll=").append(held.outputBlocks()).append(" omem=").append(held.outputBytes())
                .append(" tot-mem=").append(held.totalBytes()).append(" events=").append(held.sends() ? 'w' : 'r')
                .append(" cmd=").append(last == null ? "NULL" : last.fullName)
                .append(" user=").append(userName()).append(" redir=-1 resp=").append(respVersion)
                .append(" lib-name=").append(libraryName).append(" lib-ver=").append(libraryVersion);
        if (!peerUser.isEmpty()) {
            text.append(" peer-user=").append(peerUser);
        }
        text.append('\n');
    }
}
