package kv.commands;

import java.util.ArrayList;
import java.util.List;
import kv.protocol.Request;

/**
 * What a script has called, to be shown by MONITOR behind the script's own command, as Redis does; only what came to an end: a
 * script that is taken back has called nothing.
 *
 * <p>Owner: one executor. Bounded: {@value #BYTES_MAX} bytes of lines, the first ones; the others are counted.
 */
final class ScriptCalls {
    static final int BYTES_MAX = 256 << 10;

    private final List<byte[]> lines = new ArrayList<>();
    private int bytes;
    private long leftOut;

    /** A script begins, or has called nothing. */
    void clear() {
        lines.clear();
        bytes = 0;
        leftOut = 0;
    }

    /** What there is, which begins anew; null: nothing. @param bytesMax of lines, the others are left out */
    ScriptCalls take(int bytesMax) {
        if (lines.isEmpty()) {
            return null;
        }
        ScriptCalls taken = new ScriptCalls();
        for (byte[] line : lines) {
            if (taken.bytes + line.length > bytesMax) {
                break;
            }
            taken.bytes += line.length;
            taken.lines.add(line);
        }
        taken.leftOut = leftOut + lines.size() - taken.lines.size();
        clear();
        return taken;
    }

    int bytes() {
        return bytes;
    }

    /** @param taken null: nothing */
    void addAll(ScriptCalls taken) {
        if (taken != null) {
            lines.addAll(taken.lines);
            bytes += taken.bytes;
            leftOut += taken.leftOut;
        }
    }

    void add(Command command, Request request, int database, long nowMillis) {
        if (bytes > BYTES_MAX) {
            leftOut++;
            return;
        }
        byte[] line = Monitors.line(command, request, database, "lua", nowMillis);
        bytes += line.length;
        lines.add(line);
    }

    /** Its own command has been shown, if this was a script's. */
    void showTo(Monitors monitors, long nowMillis) {
        if (lines.isEmpty() && leftOut == 0) {
            return;
        }
        for (byte[] line : lines) {
            monitors.show(line, nowMillis);
        }
        monitors.leaveOut(leftOut);
        clear();
    }
}
