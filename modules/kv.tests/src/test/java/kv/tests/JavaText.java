package kv.tests;

/**
 * A Java source with the contents of its comments, strings and characters blanked out: what is left of them would confuse a look
 * for code.
 */
final class JavaText {
    private final String source;
    private final StringBuilder code;
    private int at;

    private JavaText(String source) {
        this.source = source;
        this.code = new StringBuilder(source);
    }

    /** As long as the source, with the same lines. */
    static String codeOf(String source) {
        JavaText text = new JavaText(source);
        text.blank();
        return text.code.toString();
    }

    private void blank() {
        while (at < source.length()) {
            if (source.startsWith("//", at)) {
                blankUntil(end("\n", at));
            } else if (source.startsWith("/*", at)) {
                blankUntil(end("*/", at + 2) + 2);
            } else if (source.startsWith("\"\"\"", at)) {
                blankUntil(end("\"\"\"", at + 3) + 3);
            } else if (source.charAt(at) == '"' || source.charAt(at) == '\'') {
                blankUntil(literalEnd());
            } else {
                at++;
            }
        }
    }

    private int end(String mark, int from) {
        int found = source.indexOf(mark, from);
        return found < 0 ? source.length() : found;
    }

    private int literalEnd() {
        char quote = source.charAt(at);
        int end = at + 1;
        while (source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        return end + 1;
    }

    private void blankUntil(int end) {
        for (; at < Math.min(end, source.length()); at++) {
            if (source.charAt(at) != '\n') {
                code.setCharAt(at, ' ');
            }
        }
    }

    /** Where the parenthesis at {@code open} is closed. */
    static int closing(String code, int open) {
        int depth = 0;
        for (int i = open; i < code.length(); i++) {
            depth += code.charAt(i) == '(' ? 1 : code.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("not closed");
    }
}
