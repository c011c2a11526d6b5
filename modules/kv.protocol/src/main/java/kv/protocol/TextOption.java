package kv.protocol;

/** What may follow the required fields of a command in the text protocol. */
public enum TextOption {

    /** Nothing. */
    NONE("", 0),
    /** {@code EX seconds}, a whole number within 1 .. {@link #SECONDS_MAX}. */
    EXPIRE_SECONDS("EX", 1),
    /** The word {@code LATENCY} or {@code CACHE}. */
    FIGURES("LATENCY", "CACHE", 0),
    /** One word, whichever. */
    ANY_WORD(null, 0),
    /** As many further arguments as the line holds. */
    MANY(null, 0);

    /** The longest time to live: ten years of 365 days. */
    public static final long SECONDS_MAX = 10L * 365 * 24 * 60 * 60;

    /** Null: any. */
    private final String word;
    private final String otherWord;
    final int args;

    TextOption(String word, int args) {
        this(word, word, args);
    }

    TextOption(String word, String otherWord, int args) {
        this.word = word;
        this.otherWord = otherWord;
        this.args = args;
    }

    boolean beginsWith(Request request, int arg) {
        return word == null || request.argEquals(arg, word) || request.argEquals(arg, otherWord);
    }
}
