package kv.lua;

/**
 * Matches one pattern against one subject. Owner: one call of a library function.
 *
 * <p>Work is counted while it is done: backtracking can take time without bound, so it must end with its script. Depth is
 * bounded.
 */
final class PatternMatcher {

    static final int CAPTURES_MAX = 32;
    private static final int DEPTH_MAX = 200;
    private static final int POSITION = -2;
    private static final int UNFINISHED = -1;
    private static final int NO_MATCH = -1;
    private static final int ESCAPE = '%';
    private static final int WORK_AT_ONCE = 64;

    private final LuaState s;
    private final byte[] subject;
    private final byte[] pattern;
    private final int patternEnd;
    private final int[] captureStarts = new int[CAPTURES_MAX];
    private final int[] captureLengths = new int[CAPTURES_MAX];
    private int level;
    private int depth;
    private int work;

    PatternMatcher(LuaState s, LuaString subject, LuaString pattern) {
        this.s = s;
        this.subject = subject.bytes;
        this.pattern = pattern.bytes;
        int end = 0;
        while (end < this.pattern.length && this.pattern[end] != 0) {
            end++;
        }
        this.patternEnd = end;
    }

    boolean isAnchored() {
        return at(0) == '^';
    }

    int subjectLength() {
        return subject.length;
    }

    /** The pattern's character, 0 at its end. */
    private int at(int p) {
        return p < patternEnd ? pattern[p] & 0xff : 0;
    }

    /** @return where the match that begins at {@code from} ends, or -1 */
    int match(int from, int patternStart) {
        level = 0;
        depth = 0;
        return doMatch(from, patternStart);
    }

    private void count() {
        if (++work >= WORK_AT_ONCE) {
            work = 0;
            s.quota.spend(WORK_AT_ONCE);
        }
    }

    private int doMatch(int from, int patternStart) {
        if (++depth > DEPTH_MAX) {
            throw s.error("pattern too complex");
        }
        int result = steps(from, patternStart);
        depth--;
        return result;
    }

    private int steps(int from, int patternStart) {
        int at = from;
        int p = patternStart;
        for (;;) {
            count();
            switch (at(p)) {
                case '(' -> {
                    return at(p + 1) == ')' ? startCapture(at, p + 2, POSITION) : startCapture(at, p + 1, UNFINISHED);
                }
                case ')' -> {
                    return endCapture(at, p + 1);
                }
                case 0 -> {
                    if (p >= patternEnd) {
                        return at;
                    }
                }
                case '$' -> {
                    if (p + 1 >= patternEnd) {
                        return at == subject.length ? at : NO_MATCH;
                    }
                }
                case ESCAPE -> {
                    int next = at(p + 1);
                    if (next == 'b') {
                        at = matchBalance(at, p + 2);
                        if (at == NO_MATCH) {
                            return NO_MATCH;
                        }
                        p += 4;
                        continue;
                    } else if (next == 'f') {
                        p += 2;
                        if (at(p) != '[') {
                            throw s.error("missing '[' after '%f' in pattern");
                        }
                        int end = classEnd(p);
                        int previous = at == 0 ? 0 : subject[at - 1] & 0xff;
                        int here = at < subject.length ? subject[at] & 0xff : 0;
                        if (matchesSet(previous, p, end - 1) || !matchesSet(here, p, end - 1)) {
                            return NO_MATCH;
                        }
                        p = end;
                        continue;
                    } else if (next >= '0' && next <= '9') {
                        at = matchCapture(at, next);
                        if (at == NO_MATCH) {
                            return NO_MATCH;
                        }
                        p += 2;
                        continue;
                    }
                }
                default -> { }
            }
            int end = classEnd(p);
            boolean single = at < subject.length && matchesSingle(subject[at] & 0xff, p, end);
            switch (at(end)) {
                case '?' -> {
                    if (single) {
                        int result = doMatch(at + 1, end + 1);
                        if (result != NO_MATCH) {
                            return result;
                        }
                    }
                    p = end + 1;
                }
                case '*' -> {
                    return maxExpand(at, p, end);
                }
                case '+' -> {
                    return single ? maxExpand(at + 1, p, end) : NO_MATCH;
                }
                case '-' -> {
                    return minExpand(at, p, end);
                }
                default -> {
                    if (!single) {
                        return NO_MATCH;
                    }
                    at++;
                    p = end;
                }
            }
        }
    }

    private int classEnd(int start) {
        int p = start;
        int first = at(p++);
        if (first == ESCAPE) {
            if (p >= patternEnd) {
                throw s.error("malformed pattern (ends with '%')");
            }
            return p + 1;
        }
        if (first == '[') {
            if (at(p) == '^') {
                p++;
            }
            do {
                if (p >= patternEnd) {
                    throw s.error("malformed pattern (missing ']')");
                }
                if (at(p++) == ESCAPE && p < patternEnd) {
                    p++;
                }
            } while (at(p) != ']');
            return p + 1;
        }
        return p;
    }

    private static boolean matchesClass(int c, int letter) {
        boolean result;
        switch (letter | 32) {
            case 'a' -> result = Lexer.isAlpha(c);
            case 'c' -> result = c < 32 || c == 127;
            case 'd' -> result = Lexer.isDigit(c);
            case 'l' -> result = c >= 'a' && c <= 'z';
            case 'p' -> result = c > 32 && c < 127 && !Lexer.isAlpha(c) && !Lexer.isDigit(c);
            case 's' -> result = Lexer.isSpace(c);
            case 'u' -> result = c >= 'A' && c <= 'Z';
            case 'w' -> result = Lexer.isAlpha(c) || Lexer.isDigit(c);
            case 'x' -> result = Lexer.isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
            case 'z' -> result = c == 0;
            default -> {
                return letter == c;
            }
        }
        if (letter >= 'A' && letter <= 'Z') {
            return !result;
        }
        return letter >= 'a' && letter <= 'z' ? result : letter == c;
    }

    private boolean matchesSet(int c, int start, int last) {
        int p = start;
        boolean found = true;
        if (at(p + 1) == '^') {
            found = false;
            p++;
        }
        while (++p < last) {
            count();
            if (at(p) == ESCAPE) {
                p++;
                if (matchesClass(c, at(p))) {
                    return found;
                }
            } else if (at(p + 1) == '-' && p + 2 < last) {
                p += 2;
                if (at(p - 2) <= c && c <= at(p)) {
                    return found;
                }
            } else if (at(p) == c) {
                return found;
            }
        }
        return !found;
    }

    private boolean matchesSingle(int c, int p, int end) {
        return switch (at(p)) {
            case '.' -> true;
            case ESCAPE -> matchesClass(c, at(p + 1));
            case '[' -> matchesSet(c, p, end - 1);
            default -> at(p) == c;
        };
    }

    private int matchBalance(int from, int p) {
        if (p + 1 >= patternEnd) {
            throw s.error("unbalanced pattern");
        }
        if (from >= subject.length || (subject[from] & 0xff) != at(p)) {
            return NO_MATCH;
        }
        int open = at(p);
        int close = at(p + 1);
        int nesting = 1;
        for (int at = from + 1; at < subject.length; at++) {
            count();
            int c = subject[at] & 0xff;
            if (c == close) {
                if (--nesting == 0) {
                    return at + 1;
                }
            } else if (c == open) {
                nesting++;
            }
        }
        return NO_MATCH;
    }

    private int maxExpand(int from, int p, int end) {
        int repeats = 0;
        while (from + repeats < subject.length && matchesSingle(subject[from + repeats] & 0xff, p, end)) {
            count();
            repeats++;
        }
        for (; repeats >= 0; repeats--) {
            int result = doMatch(from + repeats, end + 1);
            if (result != NO_MATCH) {
                return result;
            }
        }
        return NO_MATCH;
    }

    private int minExpand(int from, int p, int end) {
        int at = from;
        for (;;) {
            int result = doMatch(at, end + 1);
            if (result != NO_MATCH) {
                return result;
            }
            if (at >= subject.length || !matchesSingle(subject[at] & 0xff, p, end)) {
                return NO_MATCH;
            }
            at++;
        }
    }

    // Captures.

    private int startCapture(int at, int p, int what) {
        if (level >= CAPTURES_MAX) {
            throw s.error("too many captures");
        }
        captureStarts[level] = at;
        captureLengths[level] = what;
        level++;
        int result = doMatch(at, p);
        if (result == NO_MATCH) {
            level--;
        }
        return result;
    }

    private int endCapture(int at, int p) {
        int open = level - 1;
        while (open >= 0 && captureLengths[open] != UNFINISHED) {
            open--;
        }
        if (open < 0) {
            throw s.error("invalid pattern capture");
        }
        captureLengths[open] = at - captureStarts[open];
        int result = doMatch(at, p);
        if (result == NO_MATCH) {
            captureLengths[open] = UNFINISHED;
        }
        return result;
    }

    private int matchCapture(int at, int digit) {
        int index = digit - '1';
        if (index < 0 || index >= level || captureLengths[index] == UNFINISHED) {
            throw s.error("invalid capture index");
        }
        int length = captureLengths[index];
        if (length < 0) {
            // A position capture has no text; Lua compares with its huge length and never matches.
            return NO_MATCH;
        }
        s.quota.spend(length >>> 6);
        if (subject.length - at < length || !java.util.Arrays.equals(subject, captureStarts[index], captureStarts[index] + length,
                subject, at, at + length)) {
            return NO_MATCH;
        }
        return at + length;
    }

    /** Pushes capture {@code index}; number 0 of a pattern without captures is the whole match. */
    void pushCapture(int index, int from, int to) {
        if (index >= level) {
            if (index != 0) {
                throw s.error("invalid capture index");
            }
            s.pushBytes(subject, from, to);
            return;
        }
        int length = captureLengths[index];
        if (length == UNFINISHED) {
            throw s.error("unfinished capture");
        }
        if (length == POSITION) {
            s.push(captureStarts[index] + 1);
        } else {
            s.pushBytes(subject, captureStarts[index], captureStarts[index] + length);
        }
    }

    /** @param wholeIfNone whether a pattern without captures gives the whole match
     *  @return how many were pushed */
    int pushCaptures(boolean wholeIfNone, int from, int to) {
        int count = level == 0 && wholeIfNone ? 1 : level;
        s.checkRoom(count, "too many captures");
        for (int i = 0; i < count; i++) {
            pushCapture(i, from, to);
        }
        return count;
    }
}
