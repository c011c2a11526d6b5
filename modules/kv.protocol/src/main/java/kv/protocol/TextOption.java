package kv.protocol;

/** What may follow the required fields of a command in the text protocol. */
public enum TextOption {

    /** Nothing. */
    NONE("", 0),
    /** {@code EX seconds}, a whole number within 1 .. {@link #SECONDS_MAX}. */
    EXPIRE_SECONDS("EX", 1),
    /** The word {@code LATENCY}. */
    LATENCY("LATENCY", 0);

    /** The longest time to live: ten years of 365 days. */
    public static final long SECONDS_MAX = 10L * 365 * 24 * 60 * 60;

    final String word;
    final int args;

    TextOption(String word, int args) {
        this.word = word;
        this.args = args;
    }
}
