package kv.commands;

import java.nio.ByteBuffer;
import java.util.Set;
import kv.protocol.CommandSpec.Flag;
import kv.protocol.Request;
import kv.protocol.RequestParser;
import kv.protocol.RespParser;
import kv.store.KeyValueStore;

/**
 * Commands that are executed in the section of another one: those that a script calls, and those of a transaction. They are the
 * commands of the table, with their bodies, in a context of their own.
 *
 * <p>Owner: one executor, for one script or transaction at a time.
 */
final class InnerCommands {
    /** What they may write together: all of it is one group of effects, which is gathered before the journal takes it. */
    private static final long WRITTEN_BYTES_MAX = 32L << 20;
    private static final int EFFECT_BYTES = 64;
    /** What may write more than it was given. */
    private static final Set<String> GROWING = Set.of("setrange", "setbit", "bitfield", "bitop", "restore");
    /** What brings a key from a database to another. */
    private static final Set<String> CROSSING = Set.of("move", "copy");

    final CommandContext context;
    /** The one that was parsed last. */
    final Request request = new Request();
    private final CommandContext outer;
    private final RespParser parser;
    private long writtenBytes;
    private long writtenBytesMax;

    InnerCommands(CommandContext outer) {
        this.outer = outer;
        this.context = new CommandContext(outer);
        this.parser = new RespParser(outer.server.commands.resp, outer.server.limits);
    }

    /**
     * @param announcedBytes what the journal has room for at least
     * @param counts where what they count goes
     */
    void begin(ReplyOutput output, long announcedBytes, BodyCounts counts) {
        long unannounced = Math.min(WRITTEN_BYTES_MAX, outer.session.unannouncedBytesMax());
        writtenBytesMax = Math.min(WRITTEN_BYTES_MAX, announcedBytes + unannounced);
        context.enter(output, outer.client);
        context.counts = counts;
        writtenBytes = 0;
    }

    /** The command of the request that the bytes begin with, moved behind that; null if it is wrong: see the request's error. */
    Command parse(ByteBuffer bytes) {
        if (parser.parse(bytes, request) != RequestParser.Outcome.REQUEST) {
            parser.restart();
            return null;
        }
        Command command = (Command) request.command();
        return command.isContainer() ? Subcommands.find(command, request, outer.server.limits.keyBytesMax()) : command;
    }

    /** Puts the parsed request's keys behind those of the list; none if they, or their number, are wrong, as its body says. */
    void addKeys(Command command) {
        int count = command.keyCountOf(request, 0);
        int first = command.firstKeyArg();
        for (int i = 0; i < count; i++) {
            if (request.length(first + i * command.keyStep()) > outer.server.limits.keyBytesMax()) {
                return;
            }
        }
        for (int i = 0; i < count; i++) {
            int arg = first + i * command.keyStep();
            outer.keys.add(request.bytes(), request.start(arg), request.length(arg));
        }
    }

    /** Executes the parsed request on keys of the list. */
    void run(Command command, int firstKey, int keyCount, int requestBytes) {
        context.begin(request, command, firstKey, keyCount, outer.now);
        context.nanos = outer.nanos;
        if (command.name().equals("move")) {
            // Afterwards it is not there any more.
            writtenBytes += Math.max(0, outer.session.valueLength(firstKey));
        }
        command.body.run(context);
        if (command.flags().contains(Flag.WRITE)) {
            countWritten(command, firstKey, keyCount, requestBytes);
        }
    }

    /** What it was given to write, and where it writes what was there, that. */
    private void countWritten(Command command, int firstKey, int keyCount, int requestBytes) {
        writtenBytes += EFFECT_BYTES + requestBytes;
        if (command.firstValue == 0 && keyCount > 1 || GROWING.contains(command.name())) {
            for (int key = firstKey; key < firstKey + keyCount; key++) {
                writtenBytes += Math.max(0, outer.session.valueLength(key));
            }
        }
    }

    long writtenBytes() {
        return writtenBytes;
    }

    /** Whether they have written so much that they may write no more. */
    boolean haveWrittenAll() {
        return writtenBytes > writtenBytesMax;
    }

    long writtenBytesMax() {
        return writtenBytesMax;
    }

    /** Before a command writes a key: remembers what it was. */
    void save(UndoLog undo, Command command, int key) {
        if (!CROSSING.contains(command.name())) {
            undo.save(outer.session, outer.keys, key);
            return;
        }
        for (int database = 0; database < KeyValueStore.DATABASES; database++) {
            outer.keys.select(database);
            undo.save(outer.session, outer.keys, key);
        }
        outer.keys.select(outer.client.database);
    }
}
