package kv.lua;

/** {@code table.sort}: Lua's own quicksort, since its comparisons, and where it finds that they are no order, can be seen. */
final class TableSort {

    private final LuaState s;
    private final LuaTable table;
    private final LuaFunction order;

    private TableSort(LuaState s, LuaTable table, LuaFunction order) {
        this.s = s;
        this.table = table;
        this.order = order;
    }

    static int sort(LuaState s) {
        LuaTable table = s.checkTable(1);
        int length = table.length();
        LuaFunction order = s.isNoneOrNil(2) ? null : s.checkFunction(2);
        TableLibrary.checkWritable(s, table);
        new TableSort(s, table, order).sort(1, length);
        return 0;
    }

    private boolean less(Object a, Object b) {
        s.quota.spend(1);
        if (order == null) {
            return Metamethods.lessThan(s, a, b);
        }
        s.push(order);
        s.push(a);
        s.push(b);
        Calls.call(s, s.top - 3, 1);
        return Values.isTrue(s.pop());
    }

    private void set(int i, Object a, int j, Object b) {
        table.put(i, a);
        table.put(j, b);
    }

    private LuaError invalid() {
        return s.error("invalid order function for sorting");
    }

    /** The smaller part by recursion, the larger by the loop: no deeper than the logarithm of the length. */
    private void sort(int from, int to) {
        int l = from;
        int u = to;
        while (l < u) {
            Object low = table.get(l);
            Object high = table.get(u);
            if (less(high, low)) {
                set(l, high, u, low);
            }
            if (u - l == 1) {
                return;
            }
            int i = (l + u) >>> 1;
            Object middle = table.get(i);
            low = table.get(l);
            if (less(middle, low)) {
                set(i, low, l, middle);
            } else {
                high = table.get(u);
                if (less(high, middle)) {
                    set(i, high, u, middle);
                }
            }
            if (u - l == 2) {
                return;
            }
            Object pivot = table.get(i);
            set(i, table.get(u - 1), u - 1, pivot);
            i = partition(l, u, pivot);
            int j;
            if (i - l < u - i) {
                j = l;
                i = i - 1;
                l = i + 2;
            } else {
                j = i + 1;
                i = u;
                u = j - 2;
            }
            sort(j, i);
        }
    }

    private int partition(int l, int u, Object pivot) {
        int i = l;
        int j = u - 1;
        for (;;) {
            Object atI = table.get(++i);
            while (less(atI, pivot)) {
                if (i > u) {
                    throw invalid();
                }
                atI = table.get(++i);
            }
            Object atJ = table.get(--j);
            while (less(pivot, atJ)) {
                if (j < l) {
                    throw invalid();
                }
                atJ = table.get(--j);
            }
            if (j < i) {
                break;
            }
            set(i, atJ, j, atI);
        }
        Object last = table.get(u - 1);
        set(u - 1, table.get(i), i, last);
        return i;
    }
}
