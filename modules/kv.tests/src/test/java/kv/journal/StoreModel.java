package kv.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a store held after each record of its log, and what of it somebody has been told.
 *
 * <p>Owner: one thread.
 */
final class StoreModel {
    /** A value with its deadline; expired ones stay, since only the time of looking tells. */
    record Entry(String value, long deadline) {
    }

    private final List<Map<String, Entry>> states = new ArrayList<>(List.of(Map.of()));
    /** Where each record ends in the log of this life; 0 for those of former lives. */
    private final List<Long> ends = new ArrayList<>(List.of(0L));
    /** The last record that changed a key. */
    private final Map<String, Integer> changedBy = new HashMap<>();
    private int durableRecords;

    int records() {
        return states.size() - 1;
    }

    /** A key's value at a time, or null. */
    String value(String key, long now) {
        Entry entry = states.get(records()).get(key);
        return entry == null || entry.deadline <= now ? null : entry.value;
    }

    /** How many keys a database has at a time. */
    long size(int database, long now) {
        return live(states.get(records()), now).keySet().stream().filter(key -> key.startsWith("" + database)).count();
    }

    /** A record, after which this is there. What has expired since the one before was changed by none. */
    void add(Map<String, Entry> state, long end, long now) {
        Map<String, Entry> before = live(states.get(records()), now);
        states.add(state);
        ends.add(end);
        Set<String> names = new HashSet<>(before.keySet());
        names.addAll(state.keySet());
        names.removeIf(name -> Objects.equals(before.get(name), state.get(name)));
        names.forEach(name -> changedBy.put(name, records()));
    }

    void noteDurable(long position) {
        for (int i = durableRecords; i < ends.size() && ends.get(i) <= position; i++) {
            durableRecords = i;
        }
    }

    /** Somebody was answered what a key holds: no crash may take that back. */
    void noteAnswered(String key) {
        durableRecords = Math.max(durableRecords, changedBy.getOrDefault(key, 0));
    }

    /** Somebody was answered what depends on all keys. */
    void noteAllAnswered() {
        durableRecords = records();
    }

    /** Goes back to the state that was found after a crash; it must be one that was, with all that somebody was told. */
    void accept(Map<String, Entry> found, long now) {
        int record = records();
        while (record >= durableRecords && !live(states.get(record), now).equals(found)) {
            record--;
        }
        if (record < durableRecords) {
            throw new AssertionError("found " + found + " at " + now + ", which is no state after record " + durableRecords
                    + " of " + records() + ": " + states.subList(durableRecords, states.size()));
        }
        int last = record;
        states.subList(last + 1, states.size()).clear();
        ends.clear();
        for (int i = 0; i <= last; i++) {
            ends.add(0L);
        }
        changedBy.replaceAll((key, by) -> Math.min(by, last));
        durableRecords = last;
    }

    private static Map<String, Entry> live(Map<String, Entry> state, long now) {
        Map<String, Entry> live = new TreeMap<>(state);
        live.values().removeIf(entry -> entry.deadline <= now);
        return live;
    }
}
