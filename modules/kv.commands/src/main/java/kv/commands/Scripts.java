package kv.commands;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kv.lua.Globals;
import kv.lua.LuaError;
import kv.lua.LuaScript;
import kv.lua.MemoryPool;
import kv.lua.Quota;
import kv.lua.ScriptAbort;

/** The scripts that were loaded, the memory that scripts share, and those that run long. Any thread. */
final class Scripts {
    /** Of all scripts that run, together. */
    static final long MEMORY_BYTES = 64L << 20;
    /** Of all scripts that are kept, and how many: beyond, those loaded first are forgotten. */
    static final long CACHE_BYTES = 16L << 20;
    static final int CACHE_COUNT = 4096;
    static final int SCRIPT_BYTES_MAX = 1 << 20;
    /** After so long others are told that a script is in their way, instead of waiting. */
    private static final long BUSY_NANOS = 5_000_000_000L;

    private static final int COMPILE_STEPS = 1 << 30;

    /** What a test changes. */
    volatile long busyNanos = BUSY_NANOS;
    final MemoryPool memory = new MemoryPool(MEMORY_BYTES);
    private final MemoryPool cacheMemory = new MemoryPool(CACHE_BYTES);
    /** In order of loading. Guarded by itself. */
    private final Map<String, Script> bySha = new LinkedHashMap<>();
    private final Set<LongScript> longScripts = ConcurrentHashMap.newKeySet();

    /** Made when the first script runs: a server that runs none shall not load it. */
    private static final class Library {
        static final Globals GLOBALS = RedisLibrary.globals();
    }

    Globals globals() {
        return Library.GLOBALS;
    }

    static String shaOf(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(body));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** @param sha in lower case
     *  @return null if there is none */
    Script find(String sha) {
        synchronized (bySha) {
            return bySha.get(sha);
        }
    }

    /**
     * Compiles a script, unless it is there.
     *
     * @throws LuaError with the reply for who sent it, without "ERR "
     */
    Script load(byte[] body) {
        String sha = shaOf(body);
        Script known = find(sha);
        if (known != null) {
            return known;
        }
        Shebang shebang = Shebang.of(body);
        if (shebang.error != null) {
            throw new LuaError(shebang.error);
        }
        Script made = compile(sha, body, shebang);
        synchronized (bySha) {
            Script first = bySha.putIfAbsent(sha, made);
            if (first != null) {
                made.quota.close();
                return first;
            }
            if (bySha.size() > CACHE_COUNT) {
                forgetFirst();
            }
        }
        return made;
    }

    private Script compile(String sha, byte[] body, Shebang shebang) {
        byte[] text = java.util.Arrays.copyOfRange(body, shebang.length, body.length);
        for (;;) {
            Quota quota = new Quota(cacheMemory, done -> COMPILE_STEPS);
            try {
                quota.charge(body.length + 256L);
                return new Script(sha, body, LuaScript.compile(text, "@user_script", quota), shebang.isReadOnly, quota);
            } catch (LuaError wrong) {
                quota.close();
                throw new LuaError("Error compiling script (new function): " + wrong.getMessage());
            } catch (ScriptAbort full) {
                quota.close();
                synchronized (bySha) {
                    if (bySha.isEmpty()) {
                        throw new LuaError("Error compiling script (new function): not enough memory");
                    }
                    forgetFirst();
                }
            }
        }
    }

    private void forgetFirst() {
        Iterator<Script> oldest = bySha.values().iterator();
        // Its memory is the collector's once nobody runs it; here it only makes room in the account.
        oldest.next().quota.close();
        oldest.remove();
    }

    void flush() {
        synchronized (bySha) {
            bySha.values().forEach(script -> script.quota.close());
            bySha.clear();
        }
    }

    int count() {
        synchronized (bySha) {
            return bySha.size();
        }
    }

    /** Memory of those that are kept. */
    long cacheBytes() {
        return cacheMemory.usedBytes();
    }

    // Those that run on the slow lane.

    LongScript begins(ScriptRun run, Object section) {
        LongScript script = new LongScript(run, section);
        longScripts.add(script);
        return script;
    }

    void ended(LongScript script) {
        longScripts.remove(script);
    }

    /** The one whose keys a section holds, as {@link kv.store.StoreSession#met} tells of it; null if it is none. */
    LongScript holding(Object section) {
        for (LongScript script : longScripts) {
            if (script.holds(section)) {
                return script;
            }
        }
        return null;
    }

    boolean isAnyBusy() {
        return longScripts.stream().anyMatch(LongScript::isBusy);
    }

    /** @return whether there was one to kill */
    boolean kill() {
        boolean any = false;
        for (LongScript script : longScripts) {
            script.run.kill();
            any = true;
        }
        return any;
    }

    static String lowerCase(byte[] sha) {
        return new String(sha, StandardCharsets.ISO_8859_1).toLowerCase(java.util.Locale.ROOT);
    }
}
