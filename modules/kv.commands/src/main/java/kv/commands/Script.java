package kv.commands;

import kv.lua.LuaScript;
import kv.lua.Quota;

/** A script in the cache: compiled, and what its first line asks for. Any thread. */
final class Script {
    /** Runs that go to the slow lane at once after one that has proved long. */
    private static final int LONG_RUNS = 32;

    final String sha;
    final byte[] body;
    final LuaScript compiled;
    /** It changes nothing: {@code flags=no-writes}. */
    final boolean isReadOnly;
    /** What it is charged to in the cache. */
    final Quota quota;
    /** Only a guess, so nobody minds a lost update. */
    private int longRuns;

    Script(String sha, byte[] body, LuaScript compiled, boolean isReadOnly, Quota quota) {
        this.sha = sha;
        this.body = body;
        this.compiled = compiled;
        this.isReadOnly = isReadOnly;
        this.quota = quota;
    }

    void provedLong() {
        longRuns = LONG_RUNS;
    }

    /** Whether this run is likely to be long. */
    boolean isLikelyLong() {
        int left = longRuns;
        if (left > 0) {
            longRuns = left - 1;
        }
        return left > 0;
    }
}
