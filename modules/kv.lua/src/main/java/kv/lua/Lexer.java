package kv.lua;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Source text to tokens, one ahead. Owner: one compilation. Failure: {@link LuaError} with Lua's own words. */
final class Lexer {

    // Tokens of one character are that character; the others begin at 257, in the order of NAMES.

    static final int AND = 257;
    static final int BREAK = 258;
    static final int DO = 259;
    static final int ELSE = 260;
    static final int ELSEIF = 261;
    static final int END = 262;
    static final int FALSE = 263;
    static final int FOR = 264;
    static final int FUNCTION = 265;
    static final int IF = 266;
    static final int IN = 267;
    static final int LOCAL = 268;
    static final int NIL = 269;
    static final int NOT = 270;
    static final int OR = 271;
    static final int REPEAT = 272;
    static final int RETURN = 273;
    static final int THEN = 274;
    static final int TRUE = 275;
    static final int UNTIL = 276;
    static final int WHILE = 277;
    static final int CONCAT = 278;
    static final int DOTS = 279;
    static final int EQ = 280;
    static final int GE = 281;
    static final int LE = 282;
    static final int NE = 283;
    static final int NUMBER = 284;
    static final int NAME = 285;
    static final int STRING = 286;
    static final int END_OF_TEXT = 287;

    private static final String[] NAMES = {"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in",
        "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while", "..", "...", "==", ">=", "<=", "~=",
        "<number>", "<name>", "<string>", "<eof>"};
    private static final Map<LuaString, Integer> RESERVED = new HashMap<>();
    private static final int CHUNK_ID_SIZE = 60;
    private static final int LINE_MAX = Integer.MAX_VALUE - 2;

    static {
        for (int i = AND; i <= WHILE; i++) {
            RESERVED.put(LuaString.of(NAMES[i - AND]), i);
        }
    }

    private final byte[] text;
    private final String source;
    private final Quota quota;
    private final Map<LuaString, LuaString> interned = new HashMap<>();
    private int position;
    /** The character at hand, -1 at the end. */
    private int current;
    private byte[] buffer = new byte[64];
    private int buffered;
    int line = 1;
    int lastLine = 1;

    int token;
    LuaString string;
    double number;
    private int aheadToken = END_OF_TEXT;
    private LuaString aheadString;
    private double aheadNumber;

    Lexer(byte[] text, String source, Quota quota) {
        this.text = text;
        this.source = source;
        this.quota = quota;
        interned.put(ExpressionParser.SELF, ExpressionParser.SELF);
        interned.put(ExpressionParser.ARG, ExpressionParser.ARG);
        advance();
    }

    void next() {
        lastLine = line;
        if (aheadToken != END_OF_TEXT) {
            token = aheadToken;
            string = aheadString;
            number = aheadNumber;
            aheadToken = END_OF_TEXT;
        } else {
            token = scan();
        }
    }

    /** Looks one token further. */
    int peek() {
        int atHand = token;
        LuaString atHandString = string;
        double atHandNumber = number;
        aheadToken = scan();
        aheadString = string;
        aheadNumber = number;
        token = atHand;
        string = atHandString;
        number = atHandNumber;
        return aheadToken;
    }

    private void advance() {
        current = position < text.length ? text[position] & 0xff : -1;
        position++;
    }

    private void save(int c) {
        if (buffered == buffer.length) {
            quota.hold(buffer.length);
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        buffer[buffered++] = (byte) c;
    }

    private void saveAndAdvance() {
        save(current);
        advance();
    }

    private LuaString intern(int from, int to) {
        LuaString made = LuaString.copyOf(buffer, from, to);
        LuaString known = interned.putIfAbsent(made, made);
        if (known != null) {
            return known;
        }
        quota.chargeString(made.length() + 48);
        return made;
    }

    private int scan() {
        buffered = 0;
        for (;;) {
            switch (current) {
                case '\n', '\r' -> newLine();
                case '-' -> {
                    advance();
                    if (current != '-') {
                        return '-';
                    }
                    comment();
                }
                case '[' -> {
                    int level = bracketLevel();
                    if (level >= 0) {
                        readLongString(level, true);
                        return STRING;
                    } else if (level == -1) {
                        return '[';
                    }
                    throw error("invalid long string delimiter", STRING);
                }
                case '=' -> {
                    return either('=', EQ);
                }
                case '<' -> {
                    return either('=', LE, '<');
                }
                case '>' -> {
                    return either('=', GE, '>');
                }
                case '~' -> {
                    return either('=', NE, '~');
                }
                case '"', '\'' -> {
                    readString(current);
                    return STRING;
                }
                case '.' -> {
                    saveAndAdvance();
                    if (current == '.') {
                        saveAndAdvance();
                        if (current == '.') {
                            saveAndAdvance();
                            return DOTS;
                        }
                        return CONCAT;
                    }
                    if (!isDigit(current)) {
                        return '.';
                    }
                    readNumeral();
                    return NUMBER;
                }
                case -1 -> {
                    return END_OF_TEXT;
                }
                default -> {
                    if (isSpace(current)) {
                        advance();
                    } else if (isDigit(current)) {
                        readNumeral();
                        return NUMBER;
                    } else if (isAlpha(current) || current == '_') {
                        do {
                            saveAndAdvance();
                        } while (isAlpha(current) || isDigit(current) || current == '_');
                        string = intern(0, buffered);
                        Integer reserved = RESERVED.get(string);
                        return reserved == null ? NAME : reserved;
                    } else {
                        int single = current;
                        advance();
                        return single;
                    }
                }
            }
        }
    }

    private int either(int second, int both) {
        return either(second, both, '=');
    }

    private int either(int second, int both, int alone) {
        advance();
        if (current != second) {
            return alone;
        }
        advance();
        return both;
    }

    private void comment() {
        advance();
        if (current == '[') {
            int level = bracketLevel();
            buffered = 0;
            if (level >= 0) {
                readLongString(level, false);
                buffered = 0;
                return;
            }
        }
        while (current != '\n' && current != '\r' && current != -1) {
            advance();
        }
    }

    private void newLine() {
        int first = current;
        advance();
        if ((current == '\n' || current == '\r') && current != first) {
            advance();
        }
        if (++line >= LINE_MAX) {
            throw error("chunk has too many lines", token);
        }
    }

    /** @return the number of '=' in a long bracket; -1 for a lone bracket; -2 or less for one that is not finished */
    private int bracketLevel() {
        int bracket = current;
        int count = 0;
        saveAndAdvance();
        while (current == '=') {
            saveAndAdvance();
            count++;
        }
        return current == bracket ? count : -count - 1;
    }

    private void readLongString(int level, boolean isString) {
        saveAndAdvance();
        if (current == '\n' || current == '\r') {
            newLine();
        }
        for (;;) {
            switch (current) {
                case -1 -> throw error(isString ? "unfinished long string" : "unfinished long comment", END_OF_TEXT);
                case '[' -> {
                    if (bracketLevel() == level) {
                        saveAndAdvance();
                        if (level == 0) {
                            throw error("nesting of [[...]] is deprecated", '[');
                        }
                    }
                }
                case ']' -> {
                    if (bracketLevel() == level) {
                        saveAndAdvance();
                        if (isString) {
                            string = intern(2 + level, buffered - 2 - level);
                        }
                        return;
                    }
                }
                case '\n', '\r' -> {
                    save('\n');
                    newLine();
                    if (!isString) {
                        buffered = 0;
                    }
                }
                default -> {
                    if (isString) {
                        saveAndAdvance();
                    } else {
                        advance();
                    }
                }
            }
        }
    }

    private void readString(int quote) {
        saveAndAdvance();
        while (current != quote) {
            switch (current) {
                case -1 -> throw error("unfinished string", END_OF_TEXT);
                case '\n', '\r' -> throw error("unfinished string", STRING);
                case '\\' -> readEscape();
                default -> saveAndAdvance();
            }
        }
        saveAndAdvance();
        string = intern(1, buffered - 1);
    }

    private void readEscape() {
        advance();
        switch (current) {
            case 'a' -> saveEscape(7);
            case 'b' -> saveEscape('\b');
            case 'f' -> saveEscape('\f');
            case 'n' -> saveEscape('\n');
            case 'r' -> saveEscape('\r');
            case 't' -> saveEscape('\t');
            case 'v' -> saveEscape(11);
            case '\n', '\r' -> {
                save('\n');
                newLine();
            }
            case -1 -> { }
            default -> {
                if (!isDigit(current)) {
                    saveAndAdvance();
                    return;
                }
                int value = 0;
                for (int i = 0; i < 3 && isDigit(current); i++) {
                    value = 10 * value + current - '0';
                    advance();
                }
                if (value > 255) {
                    throw error("escape sequence too large", STRING);
                }
                save(value);
            }
        }
    }

    private void saveEscape(int c) {
        save(c);
        advance();
    }

    private void readNumeral() {
        while (isDigit(current) || current == '.') {
            saveAndAdvance();
        }
        if (current == 'e' || current == 'E') {
            saveAndAdvance();
            if (current == '+' || current == '-') {
                saveAndAdvance();
            }
        }
        while (isAlpha(current) || isDigit(current) || current == '_') {
            saveAndAdvance();
        }
        Double parsed = NumberText.parse(buffer, 0, buffered);
        if (parsed == null) {
            throw error("malformed number", NUMBER);
        }
        number = parsed;
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isAlpha(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    static boolean isSpace(int c) {
        return c == ' ' || c >= 9 && c <= 13;
    }

    // Messages.

    LuaError syntaxError(String message) {
        return error(message, token);
    }

    /** @param nearToken 0 for none */
    LuaError error(String message, int nearToken) {
        StringBuilder text = new StringBuilder(80);
        text.append(chunkId(source)).append(':').append(line).append(": ").append(message);
        if (nearToken != 0) {
            text.append(" near '").append(tokenText(nearToken)).append('\'');
        }
        return new LuaError(text.toString());
    }

    private String tokenText(int nearToken) {
        if (nearToken == NAME || nearToken == STRING || nearToken == NUMBER) {
            return LuaString.copyOf(buffer, 0, buffered).untilNul();
        }
        return tokenName(nearToken);
    }

    static String tokenName(int token) {
        if (token >= AND) {
            return NAMES[token - AND];
        }
        return token < 32 || token == 127 ? "char(" + token + ")" : token == 0 ? "" : String.valueOf((char) token);
    }

    /** A chunk's name as messages show it: {@code @name} or {@code =name} by that, a text by its first line in quotes. */
    static String chunkId(String source) {
        if (source.startsWith("=")) {
            return source.substring(1, Math.min(source.length(), CHUNK_ID_SIZE));
        }
        if (source.startsWith("@")) {
            int room = CHUNK_ID_SIZE - 8;
            String name = source.substring(1);
            return name.length() > room ? "..." + name.substring(name.length() - room) : name;
        }
        int lineEnd = 0;
        while (lineEnd < source.length() && source.charAt(lineEnd) != '\n' && source.charAt(lineEnd) != '\r') {
            lineEnd++;
        }
        int room = CHUNK_ID_SIZE - " [string \"...\"] ".length() - 1;
        int shown = Math.min(lineEnd, room);
        return shown < source.length() ? "[string \"" + source.substring(0, shown) + "...\"]" : "[string \"" + source + "\"]";
    }
}
