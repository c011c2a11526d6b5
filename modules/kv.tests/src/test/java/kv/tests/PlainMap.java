package kv.tests;

import java.util.HashMap;
import java.util.Map;

/** What the store is to do, said the plain way, for one thread: what {@link StoreLinearizabilityTest} compares it with. */
public class PlainMap {
    /** Numbered from 1. */
    static final int KEYS = 3;

    private final Map<Integer, Integer> map = new HashMap<>();

    public String get(int key) {
        Integer value = map.get(key);
        return value == null ? null : value.toString();
    }

    public void put(int key, int value) {
        map.put(key, value);
    }

    public boolean putIfAbsent(int key, int value) {
        return map.putIfAbsent(key, value) == null;
    }

    public boolean delete(int key) {
        return map.remove(key) != null;
    }

    public int increment(int key) {
        return map.merge(key, 1, Integer::sum);
    }

    public String swap(int one, int other) {
        int first = map.getOrDefault(one, 0);
        int second = map.getOrDefault(other, 0);
        map.put(one, second);
        map.put(other, first);
        return first + "," + second;
    }

    public String swapHeld(int one, int other) {
        return swap(one, other);
    }

    public int incrementAllHeld() {
        int sum = 0;
        for (int key = 1; key <= KEYS; key++) {
            sum += increment(key);
        }
        return sum;
    }

    public int sum() {
        return map.values().stream().mapToInt(Integer::intValue).sum();
    }
}
