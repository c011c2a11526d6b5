package kv.commands;

import kv.store.Deadline;

/**
 * The options of SET, of which there are too many for a parameter list, and those of GETEX, MSETEX and INCREX that are the same.
 * Reused from command to command.
 */
final class SetOptions {
    private static final int WRONG = -1;

    boolean onlyIfAbsent;
    boolean onlyIfPresent;
    boolean replyOld;
    final Condition condition = new Condition();
    /** A moment, {@link Deadline#NONE} or {@link Deadline#KEEP}; known after {@link #parseTime}. */
    long deadline;
    /** The argument that is EX, PX, EXAT or PXAT; 0 if there is none. */
    private int timeWordArg;

    /** What follows key and value of SET; false if it is wrong, which is replied. */
    boolean parseSet(CommandContext c, int firstArg) {
        begin(Deadline.NONE);
        for (int arg = firstArg; arg < c.argCount(); arg++) {
            if (c.request.argEquals(arg, "GET")) {
                replyOld = true;
            } else if (!onlyIfAbsent && !onlyIfPresent && condition.takes(c, arg)) {
                arg++;
            } else if (condition.isSet() || !takesPresence(c, arg)) {
                arg = takeKeptOrTime(c, arg);
                if (arg == WRONG) {
                    return false;
                }
            }
        }
        return condition.isValid(c);
    }

    /** What follows the pairs of MSETEX; false if it is wrong, which is replied. */
    boolean parseMsetEx(CommandContext c, int firstArg) {
        begin(Deadline.NONE);
        for (int arg = firstArg; arg < c.argCount(); arg++) {
            if (!takesPresence(c, arg)) {
                arg = takeKeptOrTime(c, arg);
                if (arg == WRONG) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether this argument is NX or XX, and the other one has not been there. */
    boolean takesPresence(CommandContext c, int arg) {
        if (c.request.argEquals(arg, "NX") && !onlyIfPresent) {
            onlyIfAbsent = true;
            return true;
        }
        if (c.request.argEquals(arg, "XX") && !onlyIfAbsent) {
            onlyIfPresent = true;
            return true;
        }
        return false;
    }

    /** The last argument of the option at {@code arg}, KEEPTTL or a time; or WRONG, which is replied. */
    private int takeKeptOrTime(CommandContext c, int arg) {
        if (c.request.argEquals(arg, "KEEPTTL") && timeWordArg == 0) {
            deadline = Deadline.KEEP;
            return arg;
        }
        if (deadline == Deadline.NONE && takesTime(c, arg)) {
            return arg + 1;
        }
        c.syntaxError();
        return WRONG;
    }

    /** What follows the key of GETEX; without an option the key's end stays. False if it is wrong, which is replied. */
    boolean parseGetEx(CommandContext c, int firstArg) {
        begin(Deadline.KEEP);
        for (int arg = firstArg; arg < c.argCount(); arg++) {
            if (c.request.argEquals(arg, "PERSIST") && timeWordArg == 0) {
                deadline = Deadline.NONE;
            } else if (deadline == Deadline.KEEP && takesTime(c, arg)) {
                arg++;
            } else {
                c.syntaxError();
                return false;
            }
        }
        return true;
    }

    /** No option is there yet. */
    void begin(long deadlineWithoutOption) {
        onlyIfAbsent = false;
        onlyIfPresent = false;
        replyOld = false;
        condition.clear();
        deadline = deadlineWithoutOption;
        timeWordArg = 0;
    }

    /**
     * Whether this argument is one of the words before a time, and there is an argument behind it. The same word again overrules.
     */
    boolean takesTime(CommandContext c, int arg) {
        boolean isTimeWord = c.request.argEquals(arg, "EX") || c.request.argEquals(arg, "PX")
                || c.request.argEquals(arg, "EXAT") || c.request.argEquals(arg, "PXAT");
        if (!isTimeWord || arg + 1 == c.argCount() || timeWordArg > 0 && !isSameWord(c, arg, timeWordArg)) {
            return false;
        }
        timeWordArg = arg;
        return true;
    }

    private static boolean isSameWord(CommandContext c, int timeWord, int otherTimeWord) {
        return c.length(timeWord) == c.length(otherTimeWord) && isInMillis(c, timeWord) == isInMillis(c, otherTimeWord);
    }

    private static boolean isInMillis(CommandContext c, int timeWord) {
        return (c.bytes().get(c.start(timeWord)) | 0x20) == 'p';
    }

    boolean hasTime() {
        return timeWordArg > 0;
    }

    /** The time among the options becomes the deadline; false if it is wrong, which is replied. */
    boolean parseTime(CommandContext c) {
        if (timeWordArg > 0) {
            boolean isLife = c.length(timeWordArg) == 2;
            Deadlines.Unit unit = isInMillis(c, timeWordArg) ? Deadlines.Unit.MILLIS : Deadlines.Unit.SECONDS;
            deadline = isLife ? Deadlines.parseLife(c, timeWordArg + 1, unit) : Deadlines.parseEnd(c, timeWordArg + 1, unit);
        }
        return deadline != Deadlines.INVALID;
    }
}
