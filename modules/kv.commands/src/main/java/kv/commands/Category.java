package kv.commands;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import kv.protocol.CommandSpec.Flag;

/** What a command is about, in Redis's words: what a user is allowed by {@code +@read}. */
enum Category {
    KEYSPACE, READ, WRITE, SET, SORTEDSET, LIST, HASH, STRING, BITMAP, HYPERLOGLOG, GEO, STREAM, PUBSUB, ADMIN, FAST, SLOW,
    BLOCKING, DANGEROUS, CONNECTION, TRANSACTION, SCRIPTING;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Without the {@code @}. */
    String label() {
        return label;
    }

    /** The one of that name, in any case, or null. */
    static Category named(String name) {
        for (Category category : values()) {
            if (category.label.equalsIgnoreCase(name)) {
                return category;
            }
        }
        return null;
    }

    /** What its row says, and what follows from its flags. */
    static Set<Category> of(Collection<Category> row, Set<Flag> flags) {
        Set<Category> all = EnumSet.noneOf(Category.class);
        all.addAll(row);
        if (flags.contains(Flag.WRITE)) {
            all.add(WRITE);
        }
        if (flags.contains(Flag.READONLY) && !all.contains(SCRIPTING)) {
            all.add(READ);
        }
        if (flags.contains(Flag.ADMIN)) {
            all.add(ADMIN);
            all.add(DANGEROUS);
        }
        all.add(flags.contains(Flag.FAST) ? FAST : SLOW);
        return all;
    }
}
