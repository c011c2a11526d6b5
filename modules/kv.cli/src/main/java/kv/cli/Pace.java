package kv.cli;

/** How often something is done, and how long the pauses are; both as the user said, or else as the task has it. */
final class Pace {
    /** As a number of repeats: until the user has enough. */
    static final int NO_END = Integer.MAX_VALUE;

    private final int repeats;
    private final long intervalMillis;

    /** Zero repeats and a negative interval mean: not said. */
    Pace(int repeats, long intervalMillis) {
        this.repeats = repeats;
        this.intervalMillis = intervalMillis;
    }

    /**
     * Whether there is another time after {@code done}; {@code otherwise} is how many there are if the user did not say, 0 = no
     * end.
     */
    boolean hasNext(long done, int otherwise) {
        int times = repeats > 0 ? repeats : otherwise;
        return times == 0 || times == NO_END || done < times;
    }

    /** Waits, except before the first time. */
    void pauseBefore(long done, long otherwiseMillis) throws InterruptedException {
        if (done > 0) {
            Thread.sleep(millis(otherwiseMillis));
        }
    }

    long millis(long otherwiseMillis) {
        return intervalMillis >= 0 ? intervalMillis : otherwiseMillis;
    }
}
