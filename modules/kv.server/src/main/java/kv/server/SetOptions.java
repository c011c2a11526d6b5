package kv.server;

import kv.store.StoreSession;

/** The options of SET, of which there are too many for a parameter list, and of GETEX, which are some of them. */
final class SetOptions {
    boolean onlyIfAbsent;
    boolean onlyIfPresent;
    boolean replyOld;
    /** As StoreSession takes it: a deadline, NO_DEADLINE or KEEP_EXPIRY. */
    long deadline = StoreSession.NO_DEADLINE;

    private SetOptions() {
    }

    /** What follows key and value; null if it is wrong, and the error has been replied. */
    static SetOptions parse(CommandContext c) {
        SetOptions options = new SetOptions();
        int timeWordArg = 0;
        for (int arg = 3; arg < c.argCount(); arg++) {
            if (c.request.argEquals(arg, "NX") && !options.onlyIfPresent) {
                options.onlyIfAbsent = true;
            } else if (c.request.argEquals(arg, "XX") && !options.onlyIfAbsent) {
                options.onlyIfPresent = true;
            } else if (c.request.argEquals(arg, "GET")) {
                options.replyOld = true;
            } else if (c.request.argEquals(arg, "KEEPTTL") && timeWordArg == 0) {
                options.deadline = StoreSession.KEEP_EXPIRY;
            } else if (isTimeWord(c, arg) && arg + 1 < c.argCount() && options.deadline == StoreSession.NO_DEADLINE
                    && (timeWordArg == 0 || sameWord(c, arg, timeWordArg))) {
                timeWordArg = arg++; // the same word again overrules, as in Redis
            } else {
                c.syntaxError();
                return null;
            }
        }
        if (timeWordArg > 0) options.deadline = parseTime(c, timeWordArg);
        return options.deadline == Deadlines.INVALID ? null : options;
    }

    /** Whether GETEX has one of the options it may have. */
    static boolean isGetEx(CommandContext c) {
        return c.argCount() == 3 && c.request.argEquals(2, "PERSIST") || c.argCount() == 4 && isTimeWord(c, 2);
    }

    /** That option: the key's new deadline; INVALID if it is wrong, and the error has been replied. */
    static long parseGetEx(CommandContext c) {
        return c.argCount() == 3 ? StoreSession.NO_DEADLINE : parseTime(c, 2);
    }

    private static boolean isTimeWord(CommandContext c, int arg) {
        return c.request.argEquals(arg, "EX") || c.request.argEquals(arg, "PX")
                || c.request.argEquals(arg, "EXAT") || c.request.argEquals(arg, "PXAT");
    }

    private static boolean sameWord(CommandContext c, int timeWord, int otherTimeWord) {
        return c.length(timeWord) == c.length(otherTimeWord) && isInMillis(c, timeWord) == isInMillis(c, otherTimeWord);
    }

    private static boolean isInMillis(CommandContext c, int timeWord) {
        return (c.bytes().get(c.start(timeWord)) | 0x20) == 'p';
    }

    private static long parseTime(CommandContext c, int wordArg) {
        int wordLength = c.length(wordArg);
        Deadlines.Unit unit = isInMillis(c, wordArg) ? Deadlines.Unit.MILLIS : Deadlines.Unit.SECONDS;
        return wordLength == 2 ? Deadlines.parseLife(c, wordArg + 1, unit) : Deadlines.parseEnd(c, wordArg + 1, unit);
    }
}
