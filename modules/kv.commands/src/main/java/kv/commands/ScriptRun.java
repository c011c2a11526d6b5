package kv.commands;

import java.util.Set;
import kv.lua.LuaError;
import kv.lua.LuaNumbers;
import kv.lua.LuaRuntime;
import kv.lua.LuaState;
import kv.lua.LuaString;
import kv.lua.LuaTable;
import kv.lua.ScriptAbort;
import kv.lua.Slices;
import kv.protocol.CommandSpec.Flag;
import kv.protocol.ProtocolError;

/**
 * Runs scripts for one executor: one at a time, in the section of the command that was sent, and the commands that a script calls
 * inside it.
 *
 * <p>Owner: the executor's thread; {@link #kill} by any.
 * <p>Invariant: a script that is ended from outside, by a limit, by SCRIPT KILL or because it goes on in the slow lane, has
 * changed
 * nothing.
 */
final class ScriptRun implements Slices {

    // A script that outgrows its time in a worker is not carried over: what it has changed is taken back, and the request is
    // executed
    // again in the slow lane, from the start. It is as if it had never begun, so nobody can tell; and next time it begins there.

    private static final long WORKER_NANOS = 300_000;
    private static final long LATE_NANOS = 50_000;
    private static final int SLICE_STEPS = 2_000;
    /** A script of no more is never taken back: only a cold JVM, or a machine with others on it, makes it last. */
    private static final int SHORT_STEPS = 6_000;
    /** What a call of a command is worth. */
    private static final int CALL_STEPS = 40;
    private static final String UNDECLARED = "ERR Script attempted to access a key that was not declared";
    private static final LuaString KEYS = LuaString.of("KEYS");
    private static final LuaString ARGV = LuaString.of("ARGV");
    private static final LuaString ERR = LuaString.of("err");
    private static final LuaString SOURCE = LuaString.of("source");
    private static final LuaString LINE = LuaString.of("line");
    /** What scripts may call without a key: nothing that looks at other keys, or at the client. */
    private static final Set<String> KEYLESS = Set.of("ping", "echo", "time", "select", "dbsize");

    final CommandContext outer;
    private final InnerCommands inner;
    private final Admission admission;
    private final Scripts scripts;
    private final LuaRuntime runtime;
    private final CapturedReply reply = new CapturedReply();
    private final UndoLog undo;
    private final CallBytes call = new CallBytes();
    private final OpenCounts counts = new OpenCounts();

    private Script script;
    private boolean isReadOnly;
    private long beganNanos;
    private int firstKey;
    private int keyCount;
    /** Of the list of keys without those of the commands that the script calls. */
    private int listSize;
    private volatile boolean killed;
    /** As others meet it; null in a worker. */
    private LongScript longRun;

    ScriptRun(CommandContext outer) {
        this.outer = outer;
        this.inner = new InnerCommands(outer);
        this.admission = new Admission(outer.server);
        this.scripts = outer.server.scripts;
        this.runtime = new LuaRuntime(scripts.globals(), scripts.memory, this);
        this.undo = new UndoLog(bytes -> runtime.quota().charge(bytes));
    }

    /** Runs a script on the keys of the command at hand, whose arguments from {@code firstArg} on are they, and replies. */
    void run(Script ofCommand, int firstArg, boolean readOnly) {
        boolean slow = outer.out.onSlowLane();
        int database = outer.client.database;
        if (!slow && ofCommand.isLikelyLong()) {
            throw NotNow.LONG;
        }
        script = ofCommand;
        isReadOnly = readOnly || ofCommand.isReadOnly;
        beganNanos = outer.nanos;
        killed = false;
        keyCount = outer.keyCount();
        firstKey = keyCount == 0 ? 0 : outer.key(0);
        listSize = outer.keys.size();
        undo.clear();
        outer.scriptCalls.clear();
        runtime.begin(outer.now * 0x5DEECE66DL + ofCommand.sha.hashCode());
        runtime.host(this);
        reply.begin(outer.out, runtime.quota());
        counts.begin();
        inner.begin(reply, 0, counts.bodies);
        inner.context.resp.setProtocol(2);
        if (slow) {
            longRun = scripts.begins(this, outer.session.holding());
        }
        boolean takenBack = false;
        try {
            runtime.setGlobal(KEYS, arguments(firstArg, firstArg + keyCount));
            runtime.setGlobal(ARGV, arguments(firstArg + keyCount, outer.argCount()));
            Object result = runtime.run(ofCommand.compiled);
            new ScriptReply(outer, runtime.quota()).write(result);
        } catch (LuaError error) {
            outer.error(errorText(error));
        } catch (ScriptAbort abort) {
            undo.restore(outer.session, outer.keys);
            outer.scriptCalls.clear();
            takenBack = abort.reason() == ScriptAbort.Reason.OUT_OF_STEPS;
            ended(abort.reason());
        } catch (NotNow notNow) {
            undo.restore(outer.session, outer.keys);
            takenBack = true;
            throw notNow;
        } finally {
            if (!takenBack) {
                counts.addTo(outer.counts);
            }
            if (slow) {
                scripts.ended(longRun);
                longRun = null;
            }
            outer.client.database = database; // what the script has selected ends with it
            outer.keys.select(database);
            outer.keys.truncate(listSize);
            runtime.setGlobal(KEYS, null);
            runtime.setGlobal(ARGV, null);
            runtime.end();
            undo.clear();
            reply.discard();
            call.release();
        }
    }

    private void ended(ScriptAbort.Reason reason) {
        switch (reason) {
            case OUT_OF_STEPS -> {
                script.provedLong();
                throw NotNow.LONG;
            }
            case KILLED -> outer.error("ERR Error running script: Script killed by user with SCRIPT KILL... script: "
                    + script.sha);
            case OUT_OF_MEMORY -> outer.error("ERR Error running script: not enough memory script: " + script.sha);
        }
    }

    private LuaTable arguments(int from, int to) {
        LuaTable table = runtime.newTable(to - from, 0);
        for (int arg = from; arg < to; arg++) {
            byte[] bytes = new byte[outer.length(arg)];
            runtime.quota().charge(64L + bytes.length);
            outer.bytes().get(outer.start(arg), bytes);
            table.put(arg - from + 1, LuaString.of(bytes));
        }
        return table;
    }

    /** Ends this run at its next slice. Any thread. */
    void kill() {
        killed = true;
    }

    @Override
    public int next(long stepsDone) {
        if (killed) {
            throw new ScriptAbort(ScriptAbort.Reason.KILLED);
        }
        if (stepsDone < SLICE_STEPS) {
            return SLICE_STEPS; // a short script reads no clock
        }
        long elapsed = outer.server.clock.nanoTime() - beganNanos;
        if (outer.out.onSlowLane()) {
            if (outer.out.isCancelled()) {
                throw new ScriptAbort(ScriptAbort.Reason.KILLED);
            }
            if (elapsed > scripts.busyNanos) {
                longRun.becomeBusy();
            }
        } else if (elapsed > WORKER_NANOS && stepsDone > SHORT_STEPS) {
            throw new ScriptAbort(ScriptAbort.Reason.OUT_OF_STEPS);
        } else if (elapsed > LATE_NANOS) {
            outer.out.late();
        }
        return SLICE_STEPS;
    }

    /** Of what a script did not catch, with the place where it was raised, as Redis puts it. */
    private String errorText(LuaError error) {
        Object value = error.value();
        String text;
        String source = error.source();
        Object line = (double) error.line();
        if (value instanceof LuaTable table) {
            text = table.get(ERR) instanceof LuaString message ? ScriptReply.text(message) : "ERR unknown error";
            if (source == null && table.get(SOURCE) instanceof LuaString known) {
                source = ScriptReply.text(known);
                line = table.get(LINE);
            }
        } else if (value instanceof LuaString message) {
            text = "ERR " + ScriptReply.text(message);
        } else {
            text = "ERR " + (value instanceof Double ? error.getMessage() : String.valueOf(value).replace("null", "nil"));
        }
        if (source != null) {
            text += " script: " + script.sha + ", on " + source + ":" + (line instanceof Double number
                    ? LuaNumbers.show(number) : "?") + ".";
        }
        return text;
    }

    // What scripts call.

    void setResp(int version) {
        inner.context.resp.setProtocol(version);
    }

    /** {@code redis.call} and {@code redis.pcall}. */
    int call(LuaState state, boolean raises) {
        runtime.quota().spend(CALL_STEPS);
        if (killed) {
            throw new ScriptAbort(ScriptAbort.Reason.KILLED); // now, not at the next slice: a call may take long
        }
        String refusal = refusal(state);
        Object value;
        boolean failed = true;
        if (refusal != null) {
            value = CapturedReply.error(state, refusal);
        } else {
            failed = reply.isError();
            value = reply.take(state);
        }
        if (failed && raises) {
            throw new LuaError(value);
        }
        state.push(value);
        return 1;
    }

    /** {@code redis.acl_check_cmd}: whether the user may run a command with these arguments. */
    int checkCommand(LuaState state) {
        LuaString name = state.checkString(1);
        if (outer.server.commands.resp.find(name.toString()) == null || !call.encode(state, state.argumentCount())) {
            throw RedisLibrary.raised(state, "Invalid command passed to redis.acl_check_cmd()");
        }
        Rights rights = outer.client.rights;
        Command command = inner.parse(call.bytes());
        state.push(rights == null || (command == null ? rights.mayRun((Command) inner.request.command())
                : rights.forbidden(command, inner.request, 0, true) == Rights.NOTHING));
        return 1;
    }

    /** Executes a command, whose reply is captured; or says why not. */
    private String refusal(LuaState state) {
        int count = state.argumentCount();
        if (count == 0) {
            return "ERR Please specify at least one argument for this redis lib call";
        }
        if (!call.encode(state, count)) {
            return "ERR Lua redis lib command arguments must be strings or integers";
        }
        Command command = inner.parse(call.bytes());
        if (command == null) {
            return parseError(inner.request.error());
        }
        if (command.flags().contains(Flag.NOSCRIPT) || command.firstKeyArg() == 0 && !KEYLESS.contains(command.fullName)) {
            return "ERR This Redis command is not allowed from script";
        }
        Denials.Reason denied = admission.denial(outer.client, command, inner.request, "lua", outer.now);
        if (denied != null) {
            return "ERR The user executing the script can't " + (denied == Denials.Reason.COMMAND
                    ? "run this command or subcommand" : "access at least one of the keys mentioned in the command arguments");
        }
        boolean writes = command.flags().contains(Flag.WRITE);
        if (writes && isReadOnly) {
            return "ERR Write commands are not allowed from read-only scripts.";
        }
        return execute(command, writes);
    }

    private static String parseError(ProtocolError error) {
        if (error == ProtocolError.UNKNOWN_COMMAND) {
            return "ERR Unknown Redis command called from script";
        }
        return error == ProtocolError.WRONG_ARITY ? "ERR Wrong number of args calling Redis command from script" : error == null
                ? "ERR Invalid arguments" : error.respText();
    }

    private String execute(Command command, boolean writes) {
        outer.keys.truncate(listSize);
        inner.addKeys(command);
        int count = outer.keys.size() - listSize;
        if (count < command.keyCountOf(inner.request, 0)) {
            return UNDECLARED; // too long to be declared
        }
        for (int key = listSize; key < listSize + count; key++) {
            int declared = declared(key);
            if (declared < 0) {
                return UNDECLARED;
            }
            if (writes) {
                inner.save(undo, command, declared);
            }
        }
        if (count > 0) {
            outer.session.include(listSize, listSize + count);
        }
        inner.run(command, listSize, count, call.bytes().limit());
        if (!outer.server.monitors.isEmpty()) {
            outer.scriptCalls.add(command, inner.request, outer.client.database, outer.now);
        }
        if (inner.haveWrittenAll()) {
            throw new ScriptAbort(ScriptAbort.Reason.OUT_OF_MEMORY);
        }
        return null;
    }

    /** @return the number of the declared key that is the same, or -1 */
    private int declared(int key) {
        for (int i = firstKey; i < firstKey + keyCount; i++) {
            if (outer.keys.areEqual(i, key)) {
                if (i - firstKey > 64) {
                    runtime.quota().spend(i - firstKey >> 4);
                }
                return i;
            }
        }
        return -1;
    }
}
