package kv.commands;

import kv.lua.LuaError;
import kv.protocol.ProtocolError;

/** EVAL and its kin, and SCRIPT. */
final class ScriptCommands {
    private static final int SHA_LENGTH = 40;
    private static final int COUNT_ARG = 2;
    /** Compiling more than this is work for the slow lane. */
    private static final int SHORT_BYTES_MAX = 16 << 10;

    private ScriptCommands() {
    }

    static void eval(CommandContext c) {
        run(c, false, false);
    }

    static void evalRo(CommandContext c) {
        run(c, false, true);
    }

    static void evalsha(CommandContext c) {
        run(c, true, false);
    }

    static void evalshaRo(CommandContext c) {
        run(c, true, true);
    }

    private static byte[] bytes(CommandContext c, int arg) {
        byte[] copy = new byte[c.length(arg)];
        c.bytes().get(c.start(arg), copy);
        return copy;
    }

    private static void run(CommandContext c, boolean bySha, boolean readOnly) {
        if (!c.request.argIsLong(COUNT_ARG)) {
            c.notAnInteger();
            return;
        }
        long keys = c.request.longValue();
        if (keys > c.argCount() - COUNT_ARG - 1) {
            c.error("ERR Number of keys can't be greater than number of args");
        } else if (keys < 0) {
            c.error("ERR Number of keys can't be negative");
        } else if (keys != c.keyCount()) {
            c.error(ProtocolError.KEY_TOO_LONG);
        } else {
            Script script = bySha ? find(c) : load(c, 1);
            if (script != null) {
                c.scriptRun().run(script, COUNT_ARG + 1, readOnly);
            }
        }
    }

    private static Script find(CommandContext c) {
        Script script = c.length(1) == SHA_LENGTH ? c.server.scripts.find(Scripts.lowerCase(bytes(c, 1))) : null;
        if (script == null) {
            c.error("NOSCRIPT No matching script. Please use EVAL.");
        }
        return script;
    }

    private static Script load(CommandContext c, int arg) {
        if (c.length(arg) > Scripts.SCRIPT_BYTES_MAX) {
            c.error("ERR Error compiling script (new function): script too long");
            return null;
        }
        if (c.length(arg) > SHORT_BYTES_MAX) {
            c.requireSlowLane();
        }
        try {
            return c.server.scripts.load(bytes(c, arg));
        } catch (LuaError wrong) {
            c.error("ERR " + wrong.getMessage());
            return null;
        }
    }

    static void load(CommandContext c) {
        Script script = load(c, 2);
        if (script != null) {
            c.resp.bulk(script.sha);
        }
    }

    static void exists(CommandContext c) {
        c.resp.arrayHeader(c.argCount() - 2);
        for (int arg = 2; arg < c.argCount(); arg++) {
            boolean known = c.length(arg) == SHA_LENGTH && c.server.scripts.find(Scripts.lowerCase(bytes(c, arg))) != null;
            c.resp.integer(known ? 1 : 0);
        }
    }

    static void flush(CommandContext c) {
        if (c.argCount() > 3 || c.argCount() == 3 && !c.request.argEquals(2, "ASYNC") && !c.request.argEquals(2, "SYNC")) {
            c.error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
            return;
        }
        c.server.scripts.flush();
        c.resp.ok();
    }

    static void kill(CommandContext c) {
        if (c.server.scripts.kill()) {
            c.resp.ok();
        } else {
            c.error("NOTBUSY No scripts in execution right now.");
        }
    }
}
