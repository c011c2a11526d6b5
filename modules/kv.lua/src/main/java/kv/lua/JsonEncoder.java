package kv.lua;

/** {@code cjson.encode}. */
final class JsonEncoder {

    /** The setting allows any depth; Java's stack does not. */
    private static final int DEPTH_MAX = 1000;
    private static final String HEX = "0123456789abcdef";

    private final LuaState s;
    private final JsonLibrary.Settings settings;
    private final ByteSink out;

    private JsonEncoder(LuaState s, ByteSink out) {
        this.s = s;
        this.settings = JsonLibrary.settings(s);
        this.out = out;
    }

    static int encode(LuaState s) {
        if (s.argumentCount() != 1) {
            throw s.argumentError(1, "expected 1 argument");
        }
        try (ByteSink out = new ByteSink(s.quota)) {
            new JsonEncoder(s, out).value(s.argument(1), 0);
            s.push(out.toLuaString());
        }
        return 1;
    }

    private LuaError refused(Object value, String reason) {
        return s.error("Cannot serialise " + Values.typeName(value) + ": " + reason);
    }

    private void value(Object value, int depth) {
        s.quota.spend(1);
        if (value instanceof LuaString string) {
            string(string);
        } else if (value instanceof Double number) {
            number(number);
        } else if (value instanceof Boolean || value == null) {
            out.addText(String.valueOf(value));
        } else if (value instanceof LuaTable table) {
            table(table, depth + 1);
        } else if (value == Userdata.NULL) {
            out.addText("null");
        } else {
            throw refused(value, "type not supported");
        }
    }

    private void table(LuaTable table, int depth) {
        if (depth > settings.encodeDepth || depth > DEPTH_MAX) {
            throw s.error("Cannot serialise, excessive nesting (" + depth + ")");
        }
        int length = arrayLength(table);
        if (length > 0) {
            out.add('[');
            for (int i = 1; i <= length; i++) {
                if (i > 1) {
                    out.add(',');
                }
                value(table.get(i), depth);
            }
            out.add(']');
            return;
        }
        out.add('{');
        boolean comma = false;
        for (int i = table.nextUsed(0); i >= 0; i = table.nextUsed(i + 1)) {
            if (comma) {
                out.add(',');
            }
            comma = true;
            Object key = table.keyAt(i);
            if (key instanceof Double number) {
                out.add('"');
                number(number);
                out.addText("\":");
            } else if (key instanceof LuaString string) {
                string(string);
                out.add(':');
            } else {
                throw refused(key, "table key must be a number or string");
            }
            value(table.valueAt(i), depth);
        }
        out.add('}');
    }

    /** @return the greatest index if all keys are whole and positive; -1 for an object */
    private int arrayLength(LuaTable table) {
        int max = 0;
        int items = 0;
        for (int i = table.nextUsed(0); i >= 0; i = table.nextUsed(i + 1)) {
            if (!(table.keyAt(i) instanceof Double key) || Math.floor(key) != key || key < 1) {
                return -1;
            }
            max = Math.max(max, (int) Math.min(key, Integer.MAX_VALUE));
            items++;
        }
        s.quota.spend(items);
        if (settings.sparseRatio > 0 && max > (long) items * settings.sparseRatio && max > settings.sparseSafe) {
            if (!settings.sparseConvert) {
                throw refused(table, "excessively sparse array");
            }
            return -1;
        }
        return max;
    }

    private void number(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            switch (settings.encodeInvalid) {
                case 0 -> throw refused(number, "must not be NaN or Inf");
                case 1 -> out.addText(Double.isNaN(number) ? "nan" : NumberText.notFinite(number));
                default -> out.addText("null");
            }
            return;
        }
        out.addText(settings.precision == 14 ? NumberText.show(number) : NumberText.general(number, settings.precision));
    }

    private void string(LuaString string) {
        out.add('"');
        for (int i = 0; i < string.length(); i++) {
            int c = string.at(i);
            switch (c) {
                case '"', '\\', '/' -> {
                    out.add('\\');
                    out.add(c);
                }
                case '\b' -> out.addText("\\b");
                case '\t' -> out.addText("\\t");
                case '\n' -> out.addText("\\n");
                case '\f' -> out.addText("\\f");
                case '\r' -> out.addText("\\r");
                default -> {
                    if (c < 32 || c == 127) {
                        out.addText("\\u00");
                        out.add(HEX.charAt(c >> 4));
                        out.add(HEX.charAt(c & 15));
                    } else {
                        out.add(c);
                    }
                }
            }
        }
        out.add('"');
        s.quota.spend(string.length() >> 5);
    }
}
