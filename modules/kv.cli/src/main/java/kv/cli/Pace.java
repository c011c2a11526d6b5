package kv.cli;

/** How often something is done, and how long the pauses are; both as the user said, or else as the task has it. */
final class Pace {
    private final int repeats;
    private final long intervalMillis;

    /** Zero repeats and a negative interval mean: not said. */
    Pace(int repeats, long intervalMillis) {
        this.repeats = repeats;
        this.intervalMillis = intervalMillis;
    }

    /** Whether there is another time after {@code done}; {@code otherwise} is how many there are if the user did not say, 0 = no end. */
    boolean hasNext(int done, int otherwise) {
        int times = repeats > 0 ? repeats : otherwise;
        return times == 0 || done < times;
    }

    /** Waits, except before the first time. */
    void pauseBefore(int done, long otherwiseMillis) throws InterruptedException {
        if (done > 0) Thread.sleep(millis(otherwiseMillis));
    }

    long millis(long otherwiseMillis) {
        return intervalMillis >= 0 ? intervalMillis : otherwiseMillis;
    }
}
