package kv.lua;

/** {@code table}. */
final class TableLibrary {

    private TableLibrary() {
    }

    static void open(Globals.Builder to) {
        to.function("table", "concat", TableLibrary::concat).function("table", "foreach", TableLibrary::forEach)
                .function("table", "foreachi", TableLibrary::forEachIndex).function("table", "getn", TableLibrary::getN)
                .function("table", "maxn", TableLibrary::maxN).function("table", "insert", TableLibrary::insert)
                .function("table", "remove", TableLibrary::remove).function("table", "setn", TableLibrary::setN)
                .function("table", "sort", TableSort::sort);
    }

    static void checkWritable(LuaState s, LuaTable table) {
        if (table.readOnly) {
            throw Calls.runtimeError(s, "Attempt to modify a readonly table");
        }
    }

    private static boolean callBack(LuaState s, LuaFunction function, Object key, Object value) {
        s.push(function);
        s.push(key);
        s.push(value);
        Calls.call(s, s.top - 3, 1);
        if (s.stack[s.top - 1] != null) {
            return true;
        }
        s.pop();
        return false;
    }

    private static int forEachIndex(LuaState s) {
        LuaTable table = s.checkTable(1);
        int length = table.length();
        LuaFunction function = s.checkFunction(2);
        for (int i = 1; i <= length; i++) {
            if (callBack(s, function, (double) i, table.get(i))) {
                return 1;
            }
        }
        return 0;
    }

    private static int forEach(LuaState s) {
        LuaTable table = s.checkTable(1);
        LuaFunction function = s.checkFunction(2);
        Object key = null;
        for (;;) {
            int position = table.positionAfter(key);
            if (position < 0) {
                throw s.failure("invalid key to 'next'");
            }
            int found = table.nextUsed(position);
            if (found < 0) {
                return 0;
            }
            key = table.keyAt(found);
            if (callBack(s, function, key, table.valueAt(found))) {
                return 1;
            }
        }
    }

    private static int maxN(LuaState s) {
        LuaTable table = s.checkTable(1);
        s.quota.spend(table.bodyBytes() >> 6);
        double max = 0;
        for (int i = table.nextUsed(0); i >= 0; i = table.nextUsed(i + 1)) {
            if (table.keyAt(i) instanceof Double key && key > max) {
                max = key;
            }
        }
        s.push(max);
        return 1;
    }

    private static int getN(LuaState s) {
        s.push(s.checkTable(1).length());
        return 1;
    }

    private static int setN(LuaState s) {
        s.checkTable(1);
        throw s.error("'setn' is obsolete");
    }

    private static int insert(LuaState s) {
        LuaTable table = s.checkTable(1);
        int end = table.length() + 1;
        int position;
        switch (s.argumentCount()) {
            case 2 -> position = end;
            case 3 -> {
                position = s.checkInt(2);
                end = Math.max(end, position);
                checkWritable(s, table);
                s.quota.spend(Math.max(0, (long) end - position) >> 2);
                for (int i = end; i > position; i--) {
                    table.put(i, table.get(i - 1));
                }
            }
            default -> throw s.error("wrong number of arguments to 'insert'");
        }
        checkWritable(s, table);
        table.put(position, s.stack[s.top - 1]);
        return 0;
    }

    private static int remove(LuaState s) {
        LuaTable table = s.checkTable(1);
        int end = table.length();
        int position = s.optionalInt(2, end);
        if (position < 1 || position > end) {
            return 0;
        }
        checkWritable(s, table);
        s.push(table.get(position));
        s.quota.spend(end - position >> 2);
        for (int i = position; i < end; i++) {
            table.put(i, table.get(i + 1));
        }
        table.put(end, null);
        return 1;
    }

    private static int concat(LuaState s) {
        LuaString separator = s.optionalString(2, LuaString.EMPTY);
        LuaTable table = s.checkTable(1);
        long i = s.optionalInt(3, 1);
        int last = s.isNoneOrNil(4) ? table.length() : s.checkInt(4);
        try (ByteSink out = new ByteSink(s.quota)) {
            for (; i <= last; i++) {
                Object value = table.get((int) i);
                LuaString text = Values.toLuaString(s, value);
                if (text == null) {
                    throw s.error("invalid value (" + Values.typeName(value) + ") at index " + i + " in table for 'concat'");
                }
                out.add(text);
                if (i < last) {
                    out.add(separator);
                }
            }
            s.push(out.toLuaString());
        }
        return 1;
    }
}
