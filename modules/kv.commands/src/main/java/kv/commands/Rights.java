package kv.commands;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import kv.protocol.Glob;
import kv.protocol.Request;

/** What a user may do: a bit for each command, and patterns for keys. Immutable; any thread. */
final class Rights {
    /** Forbidden of a request: nothing; the command itself; or it needs all keys. Else it is the argument that is a key. */
    static final int NOTHING = 0;
    static final int COMMAND = -1;
    static final int ALL_KEYS = -2;

    /**
     * Keys that may be used in some ways.
     *
     * @param use {@link KeyUse#READ}, {@link KeyUse#WRITE} or both
     * @param text the pattern, a char a byte
     */
    record KeyRule(int use, String text, Glob pattern) {
        static KeyRule of(int use, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            return new KeyRule(use, text, Glob.of(ByteBuffer.wrap(bytes), 0, bytes.length));
        }

        boolean covers(ByteBuffer bytes, int start, int length) {
            if (pattern.isShort()) {
                return pattern.matches(bytes, start, length);
            }
            synchronized (this) { // a long pattern has scratch memory of its own
                return pattern.matches(bytes, start, length);
            }
        }

        synchronized boolean coversAllFrom(ByteBuffer bytes, int start, int length) {
            return pattern.matchesWhateverFollows(bytes, start, length);
        }
    }

    private final long[] commands;
    private final boolean allKeys;
    private final List<KeyRule> keyRules;

    Rights(long[] commands, boolean allKeys, List<KeyRule> keyRules) {
        this.commands = commands;
        this.allKeys = allKeys;
        this.keyRules = List.copyOf(keyRules);
    }

    /** Whether a key may be used so. */
    private boolean mayUse(ByteBuffer bytes, int start, int length, int use) {
        if (allKeys) {
            return true;
        }
        for (KeyRule rule : keyRules) {
            if ((rule.use & use) == use && rule.covers(bytes, start, length)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What of a request is forbidden, as the constants say; an argument if that is a key which may not be used so. The one place
     * where this is decided, whether it is asked before a request is executed, by a script, or by ACL DRYRUN.
     *
     * @param word the argument that is the command's word
     * @param isResp in the text protocol a star at the end of DELPREFIX's prefix is no part of it
     */
    int forbidden(Command command, Request request, int word, boolean isResp) {
        if (!mayRun(command)) {
            return COMMAND;
        }
        int key = forbiddenKey(command, request, word);
        if (key == NOTHING && command.takesPrefix && !mayDelete(request, word + 1, isResp)) {
            return word + 1;
        }
        return key == NOTHING && command.needsAllKeys && !allKeys ? ALL_KEYS : key;
    }

    private boolean mayDelete(Request request, int prefix, boolean isResp) {
        int length = request.length(prefix);
        boolean hasStar = !isResp && length > 0 && request.bytes().get(request.start(prefix) + length - 1) == '*';
        return mayWriteAllFrom(request.bytes(), request.start(prefix), hasStar ? length - 1 : length);
    }

    boolean mayRun(Command command) {
        return (commands[command.metric >>> 6] >>> command.metric & 1) != 0;
    }

    private int forbiddenKey(Command command, Request request, int word) {
        if (allKeys) {
            return NOTHING;
        }
        int first = command.firstKeyArg() + word;
        int count = command.keyCountOf(request, word);
        for (int i = 0; i < count; i++) {
            int arg = first + i * command.keyStep();
            if (!mayUse(request.bytes(), request.start(arg), request.length(arg), KeyUse.ofRequest(command, request, i == 0))) {
                return arg;
            }
        }
        return NOTHING;
    }

    /** Whether all keys that begin so may be written: some pattern matches, whatever follows the beginning. */
    private boolean mayWriteAllFrom(ByteBuffer bytes, int start, int length) {
        if (allKeys) {
            return true;
        }
        for (KeyRule rule : keyRules) {
            if ((rule.use & KeyUse.WRITE) != 0 && rule.coversAllFrom(bytes, start, length)) {
                return true;
            }
        }
        return false;
    }

    /** Whether what a key holds may be seen. */
    boolean mayRead(ByteBuffer bytes, int start, int length) {
        return mayUse(bytes, start, length, KeyUse.READ);
    }
}
