package kv.lua;

/** {@code cjson.decode}. Tables under construction lie on the stack of the script, where {@link Reachability} finds them. */
final class JsonDecoder {

    private static final int DEPTH_MAX = 1000;

    private enum Token {
        T_OBJ_BEGIN, T_OBJ_END, T_ARR_BEGIN, T_ARR_END, T_STRING, T_NUMBER, T_BOOLEAN, T_NULL, T_COLON, T_COMMA, T_END, T_ERROR
    }

    private final LuaState s;
    private final JsonLibrary.Settings settings;
    private final LuaString text;
    private int position;
    private int depth;
    private Token token;
    private int tokenStart;
    private Object tokenValue;
    private String errorText;

    private JsonDecoder(LuaState s, LuaString text) {
        this.s = s;
        this.settings = JsonLibrary.settings(s);
        this.text = text;
    }

    static int decode(LuaState s) {
        if (s.argumentCount() != 1) {
            throw s.argumentError(1, "expected 1 argument");
        }
        LuaString text = s.checkString(1);
        if (text.length() >= 2 && (text.at(0) == 0 || text.at(1) == 0)) {
            throw s.error("JSON parser does not support UTF-16 or UTF-32");
        }
        JsonDecoder decoder = new JsonDecoder(s, text);
        decoder.next();
        decoder.pushValue();
        decoder.next();
        if (decoder.token != Token.T_END) {
            throw decoder.unexpected("the end");
        }
        return 1;
    }

    private int at(int index) {
        return index < text.length() ? text.at(index) : 0;
    }

    private LuaError unexpected(String expected) {
        String found = token == Token.T_ERROR ? errorText : token.name();
        return s.error("Expected " + expected + " but found " + found + " at character " + (tokenStart + 1));
    }

    private void fail(String message) {
        token = Token.T_ERROR;
        tokenStart = position;
        errorText = message;
    }

    private void next() {
        s.quota.spend(1);
        while (at(position) == ' ' || at(position) == '\t' || at(position) == '\n' || at(position) == '\r') {
            position++;
        }
        tokenStart = position;
        int c = at(position);
        switch (c) {
            case '{' -> single(Token.T_OBJ_BEGIN);
            case '}' -> single(Token.T_OBJ_END);
            case '[' -> single(Token.T_ARR_BEGIN);
            case ']' -> single(Token.T_ARR_END);
            case ',' -> single(Token.T_COMMA);
            case ':' -> single(Token.T_COLON);
            case 0 -> token = Token.T_END;
            case '"' -> string();
            case 'f', 'i', 'I', 'n', 'N', 't', '+', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> word(c);
            default -> fail("invalid token");
        }
    }

    private void single(Token found) {
        token = found;
        position++;
    }

    private boolean startsWith(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (at(position + i) != word.charAt(i)) {
                return false;
            }
        }
        position += word.length();
        return true;
    }

    private void word(int c) {
        if (c == '-' || Lexer.isDigit(c)) {
            if (!settings.decodeInvalid && isInvalidNumber()) {
                fail("invalid number");
            } else {
                number();
            }
        } else if (startsWith("true")) {
            token = Token.T_BOOLEAN;
            tokenValue = Boolean.TRUE;
        } else if (startsWith("false")) {
            token = Token.T_BOOLEAN;
            tokenValue = Boolean.FALSE;
        } else if (startsWith("null")) {
            token = Token.T_NULL;
        } else if (settings.decodeInvalid && isInvalidNumber()) {
            number();
        } else {
            fail("invalid token");
        }
    }

    private void number() {
        NumberText.NumberPrefix prefix = new NumberText.NumberPrefix(text.bytes, position, text.length());
        if (prefix.end == position) {
            fail("invalid number");
            return;
        }
        s.quota.spend(prefix.end - position >> 4);
        token = Token.T_NUMBER;
        tokenValue = prefix.value;
        position = prefix.end;
    }

    /** What C reads as a number and JSON does not. */
    private boolean isInvalidNumber() {
        int p = position;
        if (at(p) == '+') {
            return true;
        }
        if (at(p) == '-') {
            p++;
        }
        if (at(p) == '0') {
            return (at(p + 1) | 32) == 'x' || Lexer.isDigit(at(p + 1));
        } else if (at(p) <= '9') {
            return false;
        }
        int first = at(p) | 32;
        int second = at(p + 1) | 32;
        int third = at(p + 2) | 32;
        return first == 'i' && second == 'n' && third == 'f' || first == 'n' && second == 'a' && third == 'n';
    }

    private void string() {
        position++;
        int start = position;
        int plainEnd = start;
        while (at(plainEnd) != '"' && at(plainEnd) != '\\' && at(plainEnd) != 0) {
            plainEnd++;
        }
        s.quota.spend(plainEnd - start >> 5);
        if (at(plainEnd) == '"') {
            s.quota.chargeString(plainEnd - start);
            tokenValue = LuaString.copyOf(text.bytes, start, plainEnd);
            token = Token.T_STRING;
            position = plainEnd + 1;
            return;
        }
        try (ByteSink out = new ByteSink(s.quota)) {
            while (at(position) != '"') {
                int c = at(position);
                if (c == 0) {
                    fail("unexpected end of string");
                    return;
                }
                if (c == '\\') {
                    int escaped = escape(at(position + 1));
                    if (escaped == 'u') {
                        if (!unicode(out)) {
                            fail("invalid unicode escape code");
                            return;
                        }
                        continue;
                    }
                    if (escaped == 0) {
                        fail("invalid escape code");
                        return;
                    }
                    c = escaped;
                    position++;
                }
                out.add(c);
                position++;
            }
            position++;
            s.quota.spend(out.length() >> 4);
            token = Token.T_STRING;
            tokenValue = out.toLuaString();
        }
    }

    private static int escape(int c) {
        return switch (c) {
            case '"', '\\', '/', 'u' -> c;
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'f' -> '\f';
            case 'r' -> '\r';
            default -> 0;
        };
    }

    private int hex4(int start) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at(start + i) < 128 ? Character.digit(at(start + i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private boolean unicode(ByteSink out) {
        int code = hex4(position + 2);
        int length = 6;
        if (code < 0) {
            return false;
        }
        if ((code & 0xF800) == 0xD800) {
            if ((code & 0x400) != 0 || at(position + 6) != '\\' || at(position + 7) != 'u') {
                return false;
            }
            int low = hex4(position + 8);
            if (low < 0 || (low & 0xFC00) != 0xDC00) {
                return false;
            }
            code = ((code & 0x3FF) << 10 | low & 0x3FF) + 0x10000;
            length = 12;
        }
        if (code <= 0x7F) {
            out.add(code);
        } else if (code <= 0x7FF) {
            out.add(code >> 6 | 0xC0);
            out.add(code & 0x3F | 0x80);
        } else if (code <= 0xFFFF) {
            out.add(code >> 12 | 0xE0);
            out.add(code >> 6 & 0x3F | 0x80);
            out.add(code & 0x3F | 0x80);
        } else {
            out.add(code >> 18 | 0xF0);
            out.add(code >> 12 & 0x3F | 0x80);
            out.add(code >> 6 & 0x3F | 0x80);
            out.add(code & 0x3F | 0x80);
        }
        position += length;
        return true;
    }

    /** Pushes the value that begins with the token at hand. */
    private void pushValue() {
        switch (token) {
            case T_STRING, T_NUMBER, T_BOOLEAN -> s.push(tokenValue);
            case T_NULL -> s.push(Userdata.NULL);
            case T_OBJ_BEGIN -> object();
            case T_ARR_BEGIN -> array();
            default -> throw unexpected("value");
        }
    }

    private void descend(int slots) {
        depth++;
        if (depth > settings.decodeDepth || depth > DEPTH_MAX || !s.hasRoomFor(slots)) {
            throw s.error("Found too many nested data structures (" + depth + ") at character " + position);
        }
    }

    private void object() {
        descend(3);
        LuaTable table = new LuaTable(s.quota);
        s.push(table);
        next();
        if (token == Token.T_OBJ_END) {
            depth--;
            return;
        }
        for (;;) {
            if (token != Token.T_STRING) {
                throw unexpected("object key string");
            }
            s.push(tokenValue);
            next();
            if (token != Token.T_COLON) {
                throw unexpected("colon");
            }
            next();
            pushValue();
            table.put((LuaString) s.stack[s.top - 2], s.stack[s.top - 1]);
            s.pop();
            s.pop();
            next();
            if (token == Token.T_OBJ_END) {
                depth--;
                return;
            }
            if (token != Token.T_COMMA) {
                throw unexpected("comma or object end");
            }
            next();
        }
    }

    private void array() {
        descend(2);
        LuaTable table = new LuaTable(s.quota);
        s.push(table);
        next();
        if (token == Token.T_ARR_END) {
            depth--;
            return;
        }
        for (int i = 1;; i++) {
            pushValue();
            table.put(i, s.stack[s.top - 1]);
            s.pop();
            next();
            if (token == Token.T_ARR_END) {
                depth--;
                return;
            }
            if (token != Token.T_COMMA) {
                throw unexpected("comma or array end");
            }
            next();
        }
    }
}
