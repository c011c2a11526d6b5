package kv.server;

import java.util.Set;
import kv.protocol.CommandSpec;
import kv.protocol.TextOption;

/** A command of ours: what the protocols must know of it, and what it does. Immutable. */
final class ServerCommand extends CommandSpec {

    /** What a command does: reads its arguments from the context's request, works on the store, writes one reply. */
    interface Body {
        void run(CommandContext context);
    }

    /** How long a command may take, and so where it runs. */
    enum Cost {
        /** Microseconds: on the worker that parsed it. */
        SHORT,
        /** Grows with the number of keys: on the slow lane. */
        LONG
    }

    final Body body;
    final Cost cost;
    /** Which histogram it counts in; commands of the same name share one. */
    final int metric;

    ServerCommand(String name, int arity, Set<Flag> flags, int firstKey, int lastKey, int keyStep, TextOption textOption,
            Cost cost, int metric, Body body) {
        super(name, arity, flags, firstKey, lastKey, keyStep, textOption);
        this.cost = cost;
        this.metric = metric;
        this.body = body;
    }
}
