package kv.lua;

/** The functions of {@code string} that match patterns. */
final class PatternFunctions {

    private static final String SPECIALS = "^$*+?.([%-";

    private PatternFunctions() {
    }

    static int find(LuaState s) {
        return search(s, true);
    }

    static int match(LuaState s) {
        return search(s, false);
    }

    private static int search(LuaState s, boolean isFind) {
        LuaString subject = s.checkString(1);
        LuaString pattern = s.checkString(2);
        long init = StringLibrary.position(StringLibrary.optionalLong(s, 3, 1), subject.length()) - 1;
        int from = (int) Math.min(Math.max(init, 0), subject.length());
        if (isFind && (Values.isTrue(s.argument(4)) || isPlain(pattern))) {
            int found = indexOf(s, subject.bytes, from, pattern.bytes);
            if (found < 0) {
                s.push(null);
                return 1;
            }
            s.push(found + 1);
            s.push(found + pattern.length());
            return 2;
        }
        PatternMatcher matcher = new PatternMatcher(s, subject, pattern);
        boolean anchored = matcher.isAnchored();
        int start = anchored ? 1 : 0;
        for (int at = from; at <= subject.length(); at++) {
            int end = matcher.match(at, start);
            if (end >= 0) {
                if (!isFind) {
                    return matcher.pushCaptures(true, at, end);
                }
                s.push(at + 1);
                s.push(end);
                return matcher.pushCaptures(false, at, end) + 2;
            }
            if (anchored) {
                break;
            }
        }
        s.push(null);
        return 1;
    }

    private static boolean isPlain(LuaString pattern) {
        for (byte b : pattern.bytes) {
            if (b == 0) {
                return true;
            }
            if (SPECIALS.indexOf(b) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(LuaState s, byte[] text, int from, byte[] wanted) {
        if (wanted.length == 0) {
            return from;
        }
        long work = 0;
        int last = text.length - wanted.length;
        for (int at = from; at <= last; at++) {
            if (text[at] == wanted[0]) {
                int i = 1;
                while (i < wanted.length && text[at + i] == wanted[i]) {
                    i++;
                }
                if (i == wanted.length) {
                    return at;
                }
                work += i;
            }
            if (++work >= 4096) {
                s.quota.spend(work >>> 4);
                work = 0;
            }
        }
        s.quota.spend(work >>> 4);
        return -1;
    }

    /** The iterator of {@code gmatch}; its state is its own. */
    private static final class Matches implements Reachability.Holder {

        private final LuaString subject;
        private final LuaString pattern;
        private int from;

        Matches(LuaString subject, LuaString pattern) {
            this.subject = subject;
            this.pattern = pattern;
        }

        @Override
        public int call(LuaState s) {
            PatternMatcher matcher = new PatternMatcher(s, subject, pattern);
            for (int at = from; at <= subject.length(); at++) {
                int end = matcher.match(at, 0);
                if (end >= 0) {
                    from = end == at ? end + 1 : end;
                    return matcher.pushCaptures(true, at, end);
                }
            }
            return 0;
        }

        @Override
        public Object held() {
            return subject;
        }
    }

    static int gmatch(LuaState s) {
        LuaString subject = s.checkString(1);
        LuaString pattern = s.checkString(2);
        s.push(NativeFunction.charged(s.quota, "gmatch_next", s.environment, new Matches(subject, pattern)));
        return 1;
    }

    static int gsub(LuaState s) {
        LuaString subject = s.checkString(1);
        LuaString pattern = s.checkString(2);
        Object replacement = s.argument(3);
        int max = s.optionalInt(4, subject.length() + 1);
        if (!(replacement instanceof LuaString || replacement instanceof Double || replacement instanceof LuaFunction
                || replacement instanceof LuaTable)) {
            throw s.argumentError(3, "string/function/table expected");
        }
        PatternMatcher matcher = new PatternMatcher(s, subject, pattern);
        boolean anchored = matcher.isAnchored();
        int count = 0;
        int at = 0;
        try (ByteSink out = new ByteSink(s.quota)) {
            while (count < max) {
                int end = matcher.match(at, anchored ? 1 : 0);
                if (end >= 0) {
                    count++;
                    addReplacement(s, matcher, out, replacement, subject, at, end);
                }
                if (end > at) {
                    at = end;
                } else if (at < subject.length()) {
                    out.add(subject.bytes[at++]);
                } else {
                    break;
                }
                if (anchored) {
                    break;
                }
            }
            out.add(subject.bytes, Math.min(at, subject.length()), subject.length());
            s.push(out.toLuaString());
        }
        s.push(count);
        return 2;
    }

    private static void addReplacement(LuaState s, PatternMatcher matcher, ByteSink out, Object replacement, LuaString subject,
            int from,
            int to) {
        Object value;
        if (replacement instanceof LuaFunction) {
            s.push(replacement);
            int function = s.top - 1;
            matcher.pushCaptures(true, from, to);
            Calls.call(s, function, 1);
            value = s.pop();
        } else if (replacement instanceof LuaTable) {
            matcher.pushCapture(0, from, to);
            value = Metamethods.index(s, replacement, s.pop(), -1);
        } else {
            addTemplate(s, matcher, out, Values.toLuaString(s, replacement), subject, from, to);
            return;
        }
        if (!Values.isTrue(value)) {
            out.add(subject.bytes, from, to);
            return;
        }
        LuaString text = Values.toLuaString(s, value);
        if (text == null) {
            throw s.error("invalid replacement value (a " + Values.typeName(value) + ")");
        }
        out.add(text);
    }

    private static void addTemplate(LuaState s, PatternMatcher matcher, ByteSink out, LuaString template, LuaString subject,
            int from,
            int to) {
        for (int i = 0; i < template.length(); i++) {
            int c = template.at(i);
            if (c != '%') {
                out.add(c);
                continue;
            }
            i++;
            int digit = i < template.length() ? template.at(i) : 0;
            if (!Lexer.isDigit(digit)) {
                out.add(digit);
            } else if (digit == '0') {
                out.add(subject.bytes, from, to);
            } else {
                matcher.pushCapture(digit - '1', from, to);
                out.add(Values.toLuaString(s, s.pop()));
            }
        }
    }
}
