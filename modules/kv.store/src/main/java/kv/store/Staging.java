package kv.store;

/**
 * Values for several keys in a section: made for all of them first, seen by nobody, and shown when there was memory for all.
 *
 * <p>Threads: confined to one, its session's.
 */
final class Staging {
    /*
     * Staged entries are in the index, marked as not to be found: so they move like all others while room is made for the next,
     * and to show them or to drop them takes no memory. Until then the old values stay: values for which there is no room beside
     * the old ones are refused, as a single one would be.
     */
    private final Section section;
    private final Growth growth;
    private final PreparedValues prepared;
    /** Null without a journal. */
    private final SectionJournal written;

    Staging(Section section, Growth growth, PreparedValues prepared, SectionJournal written) {
        this.section = section;
        this.growth = growth;
        this.prepared = prepared;
        this.written = written;
    }

    /**
     * As {@link StoreSession#putAll}.
     *
     * @param bytes of all values, about
     */
    boolean putAll(int from, int to, ValueSource values, long deadlineMillis, long bytes) {
        if (bytes > Section.VISIT_BYTES_MAX && (written != null || bytesToCopy(from, to, values) > Section.VISIT_BYTES_MAX)) {
            section.letGoOfLocks();
        }
        for (int key = from; key < to; key++) {
            if (!stage(key, values, deadlineMillis)) {
                for (int staged = from; staged <= key; staged++) {
                    unstage(staged);
                }
                return false;
            }
        }
        for (int key = from; key < to; key++) {
            unveil(key, values, deadlineMillis);
        }
        return true;
    }

    /** What has not been written before the section opened. */
    private long bytesToCopy(int from, int to, ValueSource values) {
        long bytes = 0;
        for (int key = from; key < to; key++) {
            bytes += prepared.chain(key) == PagePool.NONE ? values.length(key) : 0;
        }
        return bytes;
    }

    private boolean stage(int key, ValueSource values, long deadlineMillis) {
        int length = values.length(key);
        boolean preparesNow = length > Section.VISIT_BYTES_MAX && prepared.chain(key) == PagePool.NONE
                && prepared.add(section.keys(), key, values.value(key), values.start(key), length);
        try {
            boolean staged = stageOnce(key, values, deadlineMillis);
            for (int tries = 1; !staged && growth.helps(length, tries); tries++) {
                staged = stageOnce(key, values, deadlineMillis);
            }
            return staged;
        } finally {
            if (preparesNow) {
                prepared.removeLast();
            }
        }
    }

    private boolean stageOnce(int key, ValueSource values, long deadlineMillis) {
        Shard shard = section.enterToChange(key);
        try {
            int preparedPage = prepared.isEmpty() ? PagePool.NONE : prepared.chain(key);
            boolean staged = StagedEntries.stage(shard, section.keys(), key, values.value(key), values.start(key),
                    values.length(key), preparedPage, deadlineOf(shard, key, deadlineMillis));
            if (preparedPage != PagePool.NONE && staged) {
                prepared.used();
            }
            return staged;
        } catch (Throwable thrown) {
            section.torn(shard, thrown);
            throw thrown;
        } finally {
            section.leave(shard);
        }
    }

    private void unstage(int key) {
        Shard shard = section.enterToChange(key);
        try {
            StagedEntries.unstage(shard, section.keys(), key);
        } catch (Throwable thrown) {
            section.torn(shard, thrown);
            throw thrown;
        } finally {
            section.leave(shard);
        }
    }

    private void unveil(int key, ValueSource values, long wantedMillis) {
        long deadlineMillis;
        Shard shard = section.enterToChange(key);
        try {
            deadlineMillis = deadlineOf(shard, key, wantedMillis);
            if (!StagedEntries.unveil(shard, section.keys(), key, section.nowMillis())) {
                StagedEntries.putInPlace(shard, section.keys(), key, values.value(key), values.start(key), values.length(key),
                        deadlineMillis, section.nowMillis());
            }
        } catch (Throwable thrown) {
            section.torn(shard, thrown);
            throw thrown;
        } finally {
            section.leave(shard);
        }
        if (written != null) {
            written.put(key, values.value(key), values.start(key), values.length(key), deadlineMillis);
        }
    }

    /** Of a key whose deadline is to be kept, that. */
    private long deadlineOf(Shard shard, int key, long wantedMillis) {
        return wantedMillis == Deadline.KEEP ? section.deadlineOf(shard, key) : wantedMillis;
    }
}
