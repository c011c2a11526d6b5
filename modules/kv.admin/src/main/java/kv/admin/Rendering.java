package kv.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One kind of response that is made anew each time, and who waits for it. What comes while one is being made waits for the
 * next:
 * so each shows all that was so when it was asked for, and however many ask, it is made a few times a second.
 *
 * <p>Owner: the admin loop, but for {@link #make}, which its second thread calls.
 */
final class Rendering {
    private static final long SPACING_NANOS = 50_000_000;

    private final Supplier<Response> source;
    private final List<HttpConnection> waiting = new ArrayList<>();
    private List<HttpConnection> served = new ArrayList<>();
    private long began;
    private boolean underWay;
    private volatile Response made;

    Rendering(Supplier<Response> source, long now) {
        this.source = source;
        began = now - SPACING_NANOS;
    }

    void await(HttpConnection connection, long now) {
        connection.await(now);
        waiting.add(connection);
    }

    /** Whether it is to be made now, by {@link #make}. */
    boolean isDue(long now) {
        return !underWay && !waiting.isEmpty() && now - began >= SPACING_NANOS;
    }

    void begin(long now) {
        began = now;
        underWay = true;
        served = new ArrayList<>(waiting);
        waiting.clear();
    }

    /** Any thread. */
    void make() {
        try {
            made = source.get();
        } catch (RuntimeException bug) {
            made = Response.text(500, "these figures cannot be had: " + bug + "\n"); // the others can
        }
    }

    /** What was made, once; null while there is nothing. */
    Response take() {
        Response response = made;
        if (response != null) {
            made = null;
            underWay = false;
        }
        return response;
    }

    /** Who waited for what {@link #take} has given. */
    List<HttpConnection> served() {
        return served;
    }

    /** How long the loop may sleep for the sake of those who wait; {@code otherwise} where nobody does. */
    long sleepNanos(long now, long otherwise) {
        return underWay || waiting.isEmpty() ? otherwise : Math.max(1, Math.min(otherwise, began + SPACING_NANOS - now));
    }

    void forget(HttpConnection connection) {
        waiting.remove(connection);
        served.remove(connection);
    }
}
