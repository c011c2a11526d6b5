package kv.commands;

import kv.protocol.Request;

/**
 * What a command does with its keys, as far as a user's rights go: reads what a key holds, writes it, or neither (whether it is
 * there, of what type, how long: any right to the key will do). Redis has the same in its key specifications.
 */
final class KeyUse {
    static final int NONE = 0;
    static final int READ = 1;
    static final int WRITE = 2;

    private KeyUse() {
    }

    /** What becomes of all keys but the first. Of a command that is not named here nothing is known: it needs every right. */
    static int ofLater(String name, boolean writes) {
        return switch (name) {
            case "rename", "renamenx", "copy" -> WRITE;
            case "bitop" -> READ;
            default -> ofFirst(name, writes);
        };
    }

    static int ofFirst(String name, boolean writes) {
        return switch (name) {
            case "exists", "type", "strlen", "touch", "object|encoding", "object|freq", "object|idletime", "object|refcount",
                    "memory|usage" -> NONE;
            case "set", "setnx", "setex", "psetex", "mset", "msetnx", "msetex", "restore", "append", "setrange", "del",
                    "unlink", "expire", "pexpire", "expireat", "pexpireat", "persist",
                    "bitop" -> WRITE;
            case "copy" -> READ;
            default -> writes ? READ | WRITE : READ;
        };
    }

    /** Whether it is about all keys. KEYS and SCAN are not: they show of them what their user may read. */
    static boolean isOfAllKeys(String name) {
        return switch (name) {
            case "flushall", "flushdb", "swapdb", "randomkey", "hotkeys|get", "hotkeys|start", "hotkeys|stop",
                    "hotkeys|reset" -> true;
            default -> false;
        };
    }

    /**
     * SET reads only if it was asked for the old value, or for a comparison with it: who may compare with all values learns which
     * one it is.
     */
    static int ofRequest(Command command, Request request, boolean isFirstKey) {
        int use = isFirstKey ? command.firstKeyUse : command.laterKeyUse;
        if (use == WRITE && request.argCount() > 3 && command.name().equals("set")) {
            for (int arg = 3; arg < request.argCount(); arg++) {
                if (request.argEquals(arg, "GET") || Condition.isWord(request, arg)) {
                    return READ | WRITE;
                }
            }
        }
        return use;
    }
}
