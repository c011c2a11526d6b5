package kv.lua;

/**
 * A table: values under any key but nil and NaN.
 *
 * <p>Owner: the thread of its script. A frozen table may be read by all.
 * <p>Memory is charged to the quota it was made with, before it grows.
 */
public final class LuaTable extends HeapObject {

    // Lua 5.1's own structure, down to the sizes: an array part for 1..n and a hash part of chained nodes with Brent's variation
    // (a colliding key that is not in its main position moves away). Not a HashMap, because scripts see the sizes: `#t` of
    // a table with holes and the order of `pairs` follow from them, and both shall be Redis's.

    private static final Object[] NO_VALUES = {};
    private static final Object[] DUMMY = new Object[1];
    private static final int[] DUMMY_NEXT = {-1};
    private static final int ARRAY_BITS_MAX = 26;
    private static final int CHAIN_FREE = 32;
    private static final int LONG_KEY_BYTES = 1024;

    final Quota quota;
    LuaTable metatable;
    /** Bit {@code event} is set where this table, as a metatable, is known to lack that event. */
    int absentEvents;
    boolean readOnly;

    private Object[] array = NO_VALUES;
    private Object[] keys = DUMMY;
    private Object[] values = DUMMY;
    private int[] next = DUMMY_NEXT;
    private int lastFree;

    public LuaTable(Quota quota) {
        quota.charge(Quota.TABLE_BYTES);
        this.quota = quota;
    }

    LuaTable(Quota quota, int arraySize, int hashSize) {
        this(quota);
        if (arraySize > 0) {
            quota.charge((long) arraySize * Quota.ARRAY_SLOT_BYTES);
            array = new Object[arraySize];
        }
        if (hashSize > 0) {
            makeNodes(hashSize);
        }
    }

    /** A table of its own with the same content, charged to {@code other}. */
    LuaTable copyFor(Quota other) {
        LuaTable copy = new LuaTable(other);
        other.charge(bodyBytes());
        copy.array = array.length == 0 ? NO_VALUES : array.clone();
        if (keys != DUMMY) {
            copy.keys = keys.clone();
            copy.values = values.clone();
            copy.next = next.clone();
            copy.lastFree = lastFree;
        }
        copy.metatable = metatable;
        return copy;
    }

    long bodyBytes() {
        return (long) array.length * Quota.ARRAY_SLOT_BYTES + (keys == DUMMY ? 0 : (long) keys.length * Quota.NODE_BYTES);
    }

    Object[] arrayPart() {
        return array;
    }

    Object[] nodeKeys() {
        return keys;
    }

    Object[] nodeValues() {
        return values;
    }

    // Reading.

    /** @return null for nil */
    public Object get(Object key) {
        if (key instanceof LuaString string) {
            return get(string);
        }
        if (key instanceof Double number) {
            return get(number.doubleValue());
        }
        if (key == null) {
            return null;
        }
        int node = findNode(key);
        return node < 0 ? null : values[node];
    }

    public Object get(LuaString key) {
        Object[] ks = keys;
        int node = key.hash() & (ks.length - 1);
        int walked = 0;
        do {
            Object candidate = ks[node];
            if (candidate == key || (candidate instanceof LuaString string && string.sameAs(key))) {
                chargeWalk(walked, key);
                return values[node];
            }
            node = next[node];
            walked++;
        } while (node >= 0);
        chargeWalk(walked, key);
        return null;
    }

    public Object get(double key) {
        int index = (int) key;
        if (index == key) {
            return get(index);
        }
        int node = findNumber(key);
        return node < 0 ? null : values[node];
    }

    public Object get(int key) {
        int index = key - 1;
        if (index >= 0 && index < array.length) {
            return array[index];
        }
        if (keys == DUMMY) {
            return null;
        }
        int node = findNumber(key);
        return node < 0 ? null : values[node];
    }

    private int findNumber(double key) {
        int node = mainPosition(key);
        int walked = 0;
        do {
            if (keys[node] instanceof Double number && number == key) {
                chargeWalk(walked);
                return node;
            }
            node = next[node];
            walked++;
        } while (node >= 0);
        chargeWalk(walked);
        return -1;
    }

    private int findNode(Object key) {
        if (key instanceof Double number) {
            return findNumber(number);
        }
        int node = mainPosition(key);
        int walked = 0;
        do {
            Object candidate = keys[node];
            if (candidate == key || (key instanceof LuaString string && string.equals(candidate))) {
                chargeWalk(walked);
                return node;
            }
            node = next[node];
            walked++;
        } while (node >= 0);
        chargeWalk(walked);
        return -1;
    }

    /** A script can choose keys that collide; a long chain must not be work that nobody counts. */
    private void chargeWalk(int walked) {
        if (walked > CHAIN_FREE && !readOnly) {
            quota.spend(walked);
        }
    }

    /** Strings of one hash, which can be had at will, are compared byte by byte. */
    private void chargeWalk(int walked, LuaString key) {
        if ((walked > CHAIN_FREE || key.length() > LONG_KEY_BYTES) && !readOnly) {
            quota.spend((walked + 1L) * (1 + key.length() / Quota.STEP_BYTES));
        }
    }

    // Writing. Whether the table is read-only, and metatables, are the caller's business.

    /**
     * @param key neither nil nor NaN
     * @param value null removes; it takes a node all the same if the key is new, as in Lua
     */
    public void put(Object key, Object value) {
        if (key instanceof LuaString string) {
            put(string, value);
        } else if (key instanceof Double number) {
            put(number.doubleValue(), number, value);
        } else {
            int node = findNode(key);
            if (node >= 0) {
                values[node] = value;
            } else {
                insert(key, value);
            }
        }
    }

    public void put(LuaString key, Object value) {
        Object[] ks = keys;
        int node = key.hash() & (ks.length - 1);
        int walked = 0;
        do {
            Object candidate = ks[node];
            if (candidate == key || (candidate instanceof LuaString string && string.sameAs(key))) {
                values[node] = value;
                absentEvents = 0;
                chargeWalk(walked, key);
                return;
            }
            node = next[node];
            walked++;
        } while (node >= 0);
        chargeWalk(walked, key);
        insert(key, value);
    }

    public void put(int key, Object value) {
        int index = key - 1;
        if (index >= 0 && index < array.length) {
            array[index] = value;
        } else {
            put(key, null, value);
        }
    }

    private void put(double key, Double boxed, Object value) {
        int index = (int) key;
        if (index == key && index >= 1 && index <= array.length) {
            array[index - 1] = value;
            return;
        }
        int node = keys == DUMMY ? -1 : findNumber(key);
        if (node >= 0) {
            values[node] = value;
        } else {
            insert(boxed == null ? Double.valueOf(key) : boxed, value);
        }
    }

    private void insert(Object key, Object value) {
        absentEvents = 0;
        int main = mainPosition(key);
        if (values[main] != null || keys == DUMMY) {
            int free = freeNode();
            if (free < 0) {
                rehash(key);
                put(key, value);
                return;
            }
            int other = mainPosition(keys[main]);
            if (other != main) {
                int walked = 0;
                while (next[other] != main) {
                    other = next[other];
                    walked++;
                }
                chargeWalk(walked);
                next[other] = free;
                keys[free] = keys[main];
                values[free] = values[main];
                next[free] = next[main];
                next[main] = -1;
                values[main] = null;
            } else {
                next[free] = next[main];
                next[main] = free;
                main = free;
            }
        }
        keys[main] = key;
        values[main] = value;
    }

    private int freeNode() {
        while (lastFree-- > 0) {
            if (keys[lastFree] == null) {
                return lastFree;
            }
        }
        lastFree = 0;
        return -1;
    }

    private int mainPosition(Object key) {
        if (key instanceof LuaString string) {
            return string.hash() & (keys.length - 1);
        }
        if (key instanceof Double number) {
            return mainPosition(number.doubleValue());
        }
        if (key instanceof Boolean bool) {
            return (bool ? 1 : 0) & (keys.length - 1);
        }
        HeapObject object = (HeapObject) key;
        int identity = object.identity != 0 ? object.identity : quota.identityOf(object);
        return Integer.remainderUnsigned(identity, (keys.length - 1) | 1);
    }

    private int mainPosition(double key) {
        if (key == 0) {
            return 0;
        }
        long bits = Double.doubleToRawLongBits(key);
        return Integer.remainderUnsigned((int) bits + (int) (bits >>> 32), (keys.length - 1) | 1);
    }

    // Sizes.

    private void rehash(Object extraKey) {
        int[] counts = new int[ARRAY_BITS_MAX + 1];
        int integers = countArray(counts);
        int total = integers;
        for (int i = keys.length - 1; i >= 0; i--) {
            if (values[i] != null) {
                integers += countInteger(keys[i], counts);
                total++;
            }
        }
        quota.spend(total >>> 2);
        integers += countInteger(extraKey, counts);
        total++;
        int inArray = 0;
        int arraySize = 0;
        int below = 0;
        for (int i = 0, power = 1; i <= ARRAY_BITS_MAX && power / 2 < integers; i++, power *= 2) {
            if (counts[i] > 0) {
                below += counts[i];
                if (below > power / 2) {
                    arraySize = power;
                    inArray = below;
                }
            }
            if (below == integers) {
                break;
            }
        }
        resize(arraySize, total - inArray);
    }

    private int countArray(int[] counts) {
        int total = 0;
        int i = 1;
        for (int bit = 0, power = 1; bit <= ARRAY_BITS_MAX; bit++, power *= 2) {
            int limit = Math.min(power, array.length);
            if (i > limit) {
                break;
            }
            int used = 0;
            for (; i <= limit; i++) {
                if (array[i - 1] != null) {
                    used++;
                }
            }
            counts[bit] += used;
            total += used;
        }
        return total;
    }

    private static int countInteger(Object key, int[] counts) {
        if (key instanceof Double number) {
            int index = (int) number.doubleValue();
            if (index == number && index > 0 && index <= 1 << ARRAY_BITS_MAX) {
                counts[index == 1 ? 0 : 32 - Integer.numberOfLeadingZeros(index - 1)]++;
                return 1;
            }
        }
        return 0;
    }

    void growArray(int size) {
        if (size > array.length) {
            resize(size, keys == DUMMY ? 0 : keys.length);
        }
    }

    private void resize(int arraySize, int hashSize) {
        Object[] oldArray = array;
        Object[] oldKeys = keys;
        Object[] oldValues = values;
        long oldBytes = bodyBytes();
        quota.charge((long) arraySize * Quota.ARRAY_SLOT_BYTES);
        Object[] newArray = arraySize == 0 ? NO_VALUES : new Object[arraySize];
        System.arraycopy(oldArray, 0, newArray, 0, Math.min(arraySize, oldArray.length));
        makeNodes(hashSize);
        array = newArray;
        for (int i = arraySize; i < oldArray.length; i++) {
            if (oldArray[i] != null) {
                put(i + 1, oldArray[i]);
            }
        }
        for (int i = oldKeys.length - 1; i >= 0; i--) {
            if (oldValues[i] != null) {
                put(oldKeys[i], oldValues[i]);
            }
        }
        quota.refund(oldBytes);
    }

    private void makeNodes(int wanted) {
        if (wanted == 0) {
            keys = DUMMY;
            values = DUMMY;
            next = DUMMY_NEXT;
            lastFree = 0;
            return;
        }
        if (wanted > 1 << ARRAY_BITS_MAX) {
            throw new ScriptAbort(ScriptAbort.Reason.OUT_OF_MEMORY);
        }
        int size = wanted == 1 ? 1 : Integer.highestOneBit(wanted - 1) << 1;
        quota.charge((long) size * Quota.NODE_BYTES);
        keys = new Object[size];
        values = new Object[size];
        next = new int[size];
        java.util.Arrays.fill(next, -1);
        lastFree = size;
    }

    /** A border: some n with {@code t[n] ~= nil} and {@code t[n + 1] == nil}; 0 if there is no {@code t[1]}. */
    public int length() {
        int high = array.length;
        if (high > 0 && array[high - 1] == null) {
            int low = 0;
            while (high - low > 1) {
                int middle = (low + high) >>> 1;
                if (array[middle - 1] == null) {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            return low;
        }
        return keys == DUMMY ? high : borderBeyond(high);
    }

    private int borderBeyond(int from) {
        int low = from;
        long high = from + 1L;
        while (get((double) high) != null) {
            low = (int) high;
            high *= 2;
            if (high > Integer.MAX_VALUE) {
                int i = 1;
                while (get(i) != null) {
                    i++;
                }
                return i - 1;
            }
        }
        while (high - low > 1) {
            long middle = (low + high) / 2;
            if (get((double) middle) == null) {
                high = middle;
            } else {
                low = (int) middle;
            }
        }
        return low;
    }

    // Walking. A position is a place in the array part, then in the hash part.

    /** @return the position after {@code key}'s, where a walk goes on; -1 if the key was never in the table */
    int positionAfter(Object key) {
        if (key == null) {
            return 0;
        }
        if (key instanceof Double number) {
            int index = (int) number.doubleValue();
            if (index == number && index >= 1 && index <= array.length) {
                return index;
            }
        }
        int node = findNode(key);
        return node < 0 ? -1 : array.length + node + 1;
    }

    /** @return the first position from {@code position} on that has a value; -1 at the end. Begin with 0. */
    public int nextUsed(int position) {
        int i = position;
        for (; i < array.length; i++) {
            if (array[i] != null) {
                return i;
            }
        }
        for (int node = i - array.length; node < values.length; node++) {
            if (values[node] != null) {
                return array.length + node;
            }
        }
        return -1;
    }

    public Object keyAt(int position) {
        return position < array.length ? (Object) Double.valueOf(position + 1) : keys[position - array.length];
    }

    public Object valueAt(int position) {
        return position < array.length ? array[position] : values[position - array.length];
    }

    /** Makes this and all it leads to unchangeable, and readable by many threads. */
    void freeze(Quota identities) {
        if (readOnly) {
            return;
        }
        readOnly = true;
        identities.identityOf(this);
        for (int i = nextUsed(0); i >= 0; i = nextUsed(i + 1)) {
            freezeValue(keyAt(i), identities);
            freezeValue(valueAt(i), identities);
        }
        if (metatable != null) {
            metatable.freeze(identities);
        }
    }

    private static void freezeValue(Object value, Quota identities) {
        if (value instanceof LuaTable table) {
            table.freeze(identities);
        } else if (value instanceof LuaString string) {
            string.hash();
        }
    }
}
