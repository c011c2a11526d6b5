package kv.lua;

/** {@code string}. */
final class StringLibrary {

    private StringLibrary() {
    }

    static void open(Globals.Builder to) {
        NativeFunction gmatch = new NativeFunction("gmatch", PatternFunctions::gmatch);
        to.function("string", "byte", StringLibrary::bytes).function("string", "char", StringLibrary::fromBytes)
                .function("string", "dump", StringLibrary::dump).function("string", "find", PatternFunctions::find)
                .function("string", "format", StringFormat::format).value("string", "gfind", gmatch)
                .value("string", "gmatch", gmatch).function("string", "gsub", PatternFunctions::gsub)
                .function("string", "len", StringLibrary::length).function("string", "lower", StringLibrary::lower)
                .function("string", "match", PatternFunctions::match).function("string", "rep", StringLibrary::repeat)
                .function("string", "reverse", StringLibrary::reverse).function("string", "sub", StringLibrary::sub)
                .function("string", "upper", StringLibrary::upper);
    }

    /** A position as scripts give it: from 1, or from the end if negative; 0 if before the beginning. */
    static long position(long given, int length) {
        long position = given < 0 ? given + length + 1 : given;
        return Math.max(position, 0);
    }

    static long optionalLong(LuaState s, int number, long ifAbsent) {
        return s.isNoneOrNil(number) ? ifAbsent : s.checkLong(number);
    }

    private static int length(LuaState s) {
        s.push(s.checkString(1).length());
        return 1;
    }

    private static int sub(LuaState s) {
        LuaString string = s.checkString(1);
        int length = string.length();
        long start = Math.max(1, position(s.checkLong(2), length));
        long end = Math.min(length, position(optionalLong(s, 3, -1), length));
        if (start > end) {
            s.push(LuaString.EMPTY);
        } else if (start == 1 && end == length) {
            s.push(string);
        } else {
            s.pushBytes(string.bytes, (int) start - 1, (int) end);
        }
        return 1;
    }

    private static byte[] newBytes(LuaState s, long length) {
        s.quota.charge(Quota.STRING_BYTES + length);
        s.quota.spend(length >>> 5);
        return new byte[(int) length];
    }

    private static int reverse(LuaState s) {
        LuaString string = s.checkString(1);
        int length = string.length();
        byte[] reversed = newBytes(s, length);
        for (int i = 0; i < length; i++) {
            reversed[i] = string.bytes[length - 1 - i];
        }
        s.push(LuaString.of(reversed));
        return 1;
    }

    private static int lower(LuaState s) {
        return mapCase(s, 'A', 'Z', 32);
    }

    private static int upper(LuaState s) {
        return mapCase(s, 'a', 'z', -32);
    }

    private static int mapCase(LuaState s, int from, int to, int shift) {
        LuaString string = s.checkString(1);
        byte[] mapped = newBytes(s, string.length());
        for (int i = 0; i < mapped.length; i++) {
            byte b = string.bytes[i];
            mapped[i] = b >= from && b <= to ? (byte) (b + shift) : b;
        }
        s.push(LuaString.of(mapped));
        return 1;
    }

    private static int repeat(LuaState s) {
        LuaString string = s.checkString(1);
        int count = s.checkInt(2);
        long length = Math.max(0, count) * (long) string.length();
        if (length == 0) {
            s.push(LuaString.EMPTY);
            return 1;
        }
        if (length > Integer.MAX_VALUE - 16) {
            throw new ScriptAbort(ScriptAbort.Reason.OUT_OF_MEMORY);
        }
        byte[] repeated = newBytes(s, length);
        System.arraycopy(string.bytes, 0, repeated, 0, string.length());
        for (int done = string.length(); done < length; done *= 2) {
            System.arraycopy(repeated, 0, repeated, done, (int) Math.min(done, length - done));
        }
        s.push(LuaString.of(repeated));
        return 1;
    }

    private static int bytes(LuaState s) {
        LuaString string = s.checkString(1);
        int length = string.length();
        long start = position(optionalLong(s, 2, 1), length);
        long end = Math.min(length, position(optionalLong(s, 3, start), length));
        start = Math.max(1, start);
        if (start > end) {
            return 0;
        }
        long count = end - start + 1;
        if (count > Integer.MAX_VALUE) {
            throw s.error("string slice too long");
        }
        s.checkRoom((int) count, "string slice too long");
        s.quota.spend(count >> 2);
        for (int i = 0; i < count; i++) {
            s.push(string.at((int) start - 1 + i));
        }
        return (int) count;
    }

    private static int fromBytes(LuaState s) {
        int count = s.argumentCount();
        byte[] made = newBytes(s, count);
        for (int i = 0; i < count; i++) {
            int value = s.checkInt(i + 1);
            if ((value & ~0xff) != 0) {
                throw s.argumentError(i + 1, "invalid value");
            }
            made[i] = (byte) value;
        }
        s.push(LuaString.copyOf(made, 0, count));
        return 1;
    }

    private static int dump(LuaState s) {
        s.checkFunction(1);
        throw s.error("unable to dump given function");
    }
}
