/**
 * A store that outlives its process: each change of a {@code kv.store} as an effect in a {@code kv.log}, replayed at the next
 * start, and checkpoints made while traffic goes on.
 *
 * <p>In reading order: {@link kv.journal.StoreLog}, {@link kv.journal.StoreLogConfig}, {@link kv.journal.CheckpointStatus}.
 */
module kv.journal {
    requires transitive kv.store;
    requires transitive kv.log;

    exports kv.journal;
}
