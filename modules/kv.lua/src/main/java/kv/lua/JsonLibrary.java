package kv.lua;

/** {@code cjson}, with the settings it has in Redis. What a script changes of them holds until the script ends. */
final class JsonLibrary {

    // Redis's settings outlive the script that changed them, and change other clients' results: not taken over.

    private JsonLibrary() {
    }

    /** What scripts may set. */
    static final class Settings {
        boolean sparseConvert;
        int sparseRatio = 2;
        int sparseSafe = 10;
        int encodeDepth = 1000;
        int decodeDepth = 1000;
        /** 0 refuses NaN and infinities, 1 writes them, 2 writes null. */
        int encodeInvalid;
        boolean decodeInvalid = true;
        boolean keepBuffer = true;
        int precision = 14;
    }

    private static final Settings DEFAULTS = new Settings();

    static Settings settings(LuaState s) {
        Settings set = s.runtime.jsonSettings;
        return set == null ? DEFAULTS : set;
    }

    private static Settings ownSettings(LuaState s) {
        if (s.runtime.jsonSettings == null) {
            s.runtime.jsonSettings = new Settings();
        }
        return s.runtime.jsonSettings;
    }

    private static final String[] FUNCTIONS = {"encode", "decode", "encode_sparse_array", "encode_max_depth", "decode_max_depth",
        "encode_number_precision", "encode_keep_buffer", "encode_invalid_numbers", "decode_invalid_numbers", "new"};

    static void open(Globals.Builder to) {
        for (String name : FUNCTIONS) {
            to.function("cjson", name, body(name));
        }
        to.value("cjson", "null", Userdata.NULL).value("cjson", "_NAME", LuaString.of("cjson"))
                .value("cjson", "_VERSION", LuaString.of("2.1.0"));
    }

    private static NativeFunction.Body body(String name) {
        return switch (name) {
            case "encode" -> JsonEncoder::encode;
            case "decode" -> JsonDecoder::decode;
            case "encode_sparse_array" -> JsonLibrary::sparseArray;
            case "encode_max_depth" -> s -> {
                checkCount(s, 1);
                ownSettings(s).encodeDepth = integer(s, 1, settings(s).encodeDepth, 1, Integer.MAX_VALUE);
                return 1;
            };
            case "decode_max_depth" -> s -> {
                checkCount(s, 1);
                ownSettings(s).decodeDepth = integer(s, 1, settings(s).decodeDepth, 1, Integer.MAX_VALUE);
                return 1;
            };
            case "encode_number_precision" -> s -> {
                checkCount(s, 1);
                ownSettings(s).precision = integer(s, 1, settings(s).precision, 1, 14);
                return 1;
            };
            case "encode_keep_buffer" -> s -> {
                checkCount(s, 1);
                ownSettings(s).keepBuffer = onOff(s, settings(s).keepBuffer);
                return 1;
            };
            case "encode_invalid_numbers" -> JsonLibrary::encodeInvalid;
            case "decode_invalid_numbers" -> s -> {
                checkCount(s, 1);
                ownSettings(s).decodeInvalid = onOff(s, settings(s).decodeInvalid);
                return 1;
            };
            default -> JsonLibrary::make;
        };
    }

    private static void checkCount(LuaState s, int max) {
        if (s.argumentCount() > max) {
            throw s.argumentError(max + 1, "found too many arguments");
        }
    }

    private static int integer(LuaState s, int argument, int current, int min, int max) {
        int value = current;
        if (!s.isNoneOrNil(argument)) {
            value = s.checkInt(argument);
            if (value < min || value > max) {
                throw s.argumentError(1, "expected integer between " + min + " and " + max);
            }
        }
        s.push(value);
        return value;
    }

    private static boolean onOff(LuaState s, boolean current) {
        boolean value = current;
        if (!s.isNoneOrNil(1)) {
            if (s.argument(1) instanceof Boolean bool) {
                value = bool;
            } else {
                value = option(s, "off", "on") == 1;
            }
        }
        s.pushBoolean(value);
        return value;
    }

    private static int option(LuaState s, String... options) {
        String given = s.checkString(1).untilNul();
        for (int i = 0; i < options.length; i++) {
            if (options[i].equals(given)) {
                return i;
            }
        }
        throw s.argumentError(1, "invalid option '" + given + "'");
    }

    private static int encodeInvalid(LuaState s) {
        checkCount(s, 1);
        int value = settings(s).encodeInvalid;
        if (!s.isNoneOrNil(1)) {
            value = s.argument(1) instanceof Boolean bool ? bool ? 1 : 0 : option(s, "off", "on", "null");
        }
        ownSettings(s).encodeInvalid = value;
        if (value == 2) {
            s.pushText("null");
        } else {
            s.pushBoolean(value == 1);
        }
        return 1;
    }

    private static int sparseArray(LuaState s) {
        checkCount(s, 3);
        s.setArgumentCount(3);
        Settings own = ownSettings(s);
        own.sparseConvert = onOff(s, own.sparseConvert);
        own.sparseRatio = integer(s, 2, own.sparseRatio, 0, Integer.MAX_VALUE);
        own.sparseSafe = integer(s, 3, own.sparseSafe, 0, Integer.MAX_VALUE);
        return 3;
    }

    /** {@code cjson.new()}: a table of the same functions; the settings stay common. */
    private static int make(LuaState s) {
        LuaTable made = new LuaTable(s.quota);
        s.push(made);
        for (String name : FUNCTIONS) {
            made.put(LuaString.of(name), NativeFunction.charged(s.quota, name, s.environment, body(name)));
        }
        made.put(LuaString.of("null"), Userdata.NULL);
        made.put(LuaString.of("_NAME"), LuaString.of("cjson"));
        made.put(LuaString.of("_VERSION"), LuaString.of("2.1.0"));
        return 1;
    }
}
