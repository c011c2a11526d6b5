package kv.server;

import kv.store.StoreSession;

/** The options of SET, of which there are too many for a parameter list, and of GETEX, which are some of them. */
final class SetOptions {
    boolean onlyIfAbsent;
    boolean onlyIfPresent;
    boolean replyOld;
    /** As StoreSession takes it: a deadline, NO_DEADLINE or KEEP_EXPIRY. */
    long deadline = StoreSession.NO_DEADLINE;
    private boolean hasTime;

    private SetOptions() {
    }

    /** What follows key and value; null if it is wrong, and the error has been replied. */
    static SetOptions parse(CommandContext c) {
        SetOptions options = new SetOptions();
        for (int arg = 3; arg < c.argCount(); arg++) {
            if (c.request.argEquals(arg, "NX") && !options.onlyIfPresent) {
                options.onlyIfAbsent = true;
            } else if (c.request.argEquals(arg, "XX") && !options.onlyIfAbsent) {
                options.onlyIfPresent = true;
            } else if (c.request.argEquals(arg, "GET")) {
                options.replyOld = true;
            } else if (c.request.argEquals(arg, "KEEPTTL") && !options.hasTime) {
                options.deadline = StoreSession.KEEP_EXPIRY;
                options.hasTime = true;
            } else if (isTimeWord(c, arg) && !options.hasTime && arg + 1 < c.argCount()) {
                options.deadline = parseTime(c, arg++);
                if (options.deadline == Deadlines.INVALID) return null;
                options.hasTime = true;
            } else {
                c.syntaxError();
                return null;
            }
        }
        return options;
    }

    /** The one option of GETEX: the key's new deadline; INVALID if it is wrong, and the error has been replied. */
    static long parseGetEx(CommandContext c) {
        if (c.argCount() == 3 && c.request.argEquals(2, "PERSIST")) return StoreSession.NO_DEADLINE;
        if (c.argCount() == 4 && isTimeWord(c, 2)) return parseTime(c, 2);
        c.syntaxError();
        return Deadlines.INVALID;
    }

    private static boolean isTimeWord(CommandContext c, int arg) {
        return c.request.argEquals(arg, "EX") || c.request.argEquals(arg, "PX")
                || c.request.argEquals(arg, "EXAT") || c.request.argEquals(arg, "PXAT");
    }

    private static long parseTime(CommandContext c, int wordArg) {
        int wordLength = c.length(wordArg);
        boolean millis = (c.bytes().get(c.start(wordArg)) | 0x20) == 'p';
        Deadlines.Unit unit = millis ? Deadlines.Unit.MILLIS : Deadlines.Unit.SECONDS;
        return wordLength == 2 ? Deadlines.parseLife(c, wordArg + 1, unit) : Deadlines.parseEnd(c, wordArg + 1, unit);
    }
}
