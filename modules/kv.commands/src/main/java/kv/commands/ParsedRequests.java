package kv.commands;

import java.nio.ByteBuffer;
import java.util.stream.Stream;
import kv.protocol.Request;
import kv.protocol.RequestParser;
import kv.protocol.RequestParser.Outcome;
import kv.store.Keys;
import kv.store.StoreSession;

/**
 * Requests of one client that are parsed before the first of them is executed, so that the cache misses of their keys overlap:
 * where each lies, its command, and its keys, which are hashed here and nowhere else.
 *
 * <p>Owner: one executor, which reuses it. Valid until the next parsing, or until the client's input is given back.
 */
final class ParsedRequests {
    private static final int COUNT_MAX = 16;
    /** Keys whose cache misses are made to overlap. */
    private static final int PREFETCHED_MAX = 32;
    /** A request of more arguments takes the slow lane: some 0.5 ms at 200 ns a key. */
    private static final int SHORT_ARGS_MAX = 2048;
    /** So does a longer request without a key, since it is not only copied: CONFIG GET of a thousand patterns. */
    private static final int SHORT_KEYLESS_BYTES_MAX = 16 << 10;

    private final StoreSession session;
    private final Keys keys;
    private final int keyBytesMax;
    private final Request[] requests = Stream.generate(Request::new).limit(COUNT_MAX + 1).toArray(Request[]::new);
    private final Command[] commands = new Command[COUNT_MAX];
    private final int[] starts = new int[COUNT_MAX];
    private final int[] ends = new int[COUNT_MAX];
    /** The first key of each request, and behind the last one the number of keys. */
    private final int[] firstKeys = new int[COUNT_MAX + 1];
    private int count;

    ParsedRequests(StoreSession session, Keys keys, int keyBytesMax) {
        this.session = session;
        this.keys = keys;
        this.keyBytesMax = keyBytesMax;
    }

    /**
     * Parses requests as long as they come and there is room, up to the first one that takes long, whose keys are of no use yet;
     * or one only, whatever it is. The last outcome is that of {@link #rejected}, or REQUEST.
     */
    Outcome parse(RequestParser parser, ByteBuffer in, boolean onlyOne) {
        clear();
        int countMax = onlyOne ? 1 : COUNT_MAX;
        while (count < countMax && in.hasRemaining()) {
            Request request = requests[count];
            Outcome outcome = parser.parse(in, request);
            if (outcome != Outcome.REQUEST) {
                return outcome;
            }
            add(request, parser.requestStart(), in.position());
            if (!onlyOne && isLong(count - 1)) {
                return outcome;
            }
            addKeys(count - 1);
        }
        return Outcome.REQUEST;
    }

    private void add(Request request, int start, int end) {
        Command command = (Command) request.command();
        commands[count] = command.isContainer() ? Subcommands.find(command, request, keyBytesMax) : command;
        starts[count] = start;
        ends[count] = end;
        count++;
        firstKeys[count] = keys.size();
    }

    private void addKeys(int index) {
        Command command = commands[index];
        int arg = command.firstKey();
        if (command.keyCountArg > 0) {
            addCountedKeys(requests[index], command);
            firstKeys[index + 1] = keys.size();
        } else if (arg > 0) {
            Request request = requests[index];
            ByteBuffer bytes = request.bytes();
            int last = Math.min(command.lastKeyOf(request.argCount()), request.argCount() - 1);
            for (int step = command.keyStep(); arg <= last; arg += step) {
                keys.add(bytes, request.start(arg), request.length(arg));
            }
            firstKeys[index + 1] = keys.size();
        }
    }

    /** None at all if the number is wrong or a key too long, which the command then says. */
    private void addCountedKeys(Request request, Command command) {
        int first = command.firstKeyArg();
        int end = first + command.keyCountOf(request, 0) * command.keyStep();
        for (int arg = first; arg < end; arg += command.keyStep()) {
            if (request.length(arg) > keyBytesMax) {
                return;
            }
        }
        for (int arg = first; arg < end; arg += command.keyStep()) {
            keys.add(request.bytes(), request.start(arg), request.length(arg));
        }
    }

    void prefetch() {
        if (keys.size() > 1) {
            session.prefetch(keys, 0, Math.min(keys.size(), PREFETCHED_MAX));
        }
    }

    /** Gives up all references to the client's input. */
    void clear() {
        keys.clear();
        count = 0;
        firstKeys[0] = 0;
    }

    int count() {
        return count;
    }

    Request request(int index) {
        return requests[index];
    }

    /** The one behind the last, which cannot be executed. */
    Request rejected() {
        return requests[count];
    }

    Command command(int index) {
        return commands[index];
    }

    int start(int index) {
        return starts[index];
    }

    int end(int index) {
        return ends[index];
    }

    int bytes(int index) {
        return ends[index] - starts[index];
    }

    int firstKey(int index) {
        return firstKeys[index];
    }

    int keysEnd(int index) {
        return firstKeys[index + 1];
    }

    /** Whether it is known before a request is executed that it takes long. */
    boolean isLong(int index) {
        Command command = commands[index];
        return command.kind == Command.Kind.ALL_KEYS || bytes(index) > CommandContext.LONG_BYTES
                || requests[index].argCount() > SHORT_ARGS_MAX
                || bytes(index) > SHORT_KEYLESS_BYTES_MAX && command.firstKey() == 0 && command.keyCountArg == 0;
    }
}
