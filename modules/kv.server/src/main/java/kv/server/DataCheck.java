package kv.server;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import kv.journal.StoreLog;
import kv.log.DiskStorage;
import kv.log.RecoverySummary;

/** Reads a data directory as a start would, and says how it is. Changes nothing. */
final class DataCheck {
    private static final int WHOLE = 0;
    private static final int REFUSED = 1;

    private DataCheck() {
    }

    /** Returns the exit status: 0 if a server would start on it. */
    static int run(String directory, PrintStream out) {
        try (DiskStorage storage = DiskStorage.existing(Path.of(directory))) {
            report(StoreLog.check(storage), out);
            return WHOLE;
        } catch (IOException refused) {
            out.println("refused: " + refused.getMessage());
            return REFUSED;
        }
    }

    private static void report(RecoverySummary found, PrintStream out) {
        out.println("checkpoint: " + (found.checkpoint() == null ? "none"
                : found.checkpoint() + ", " + found.checkpointRecords() + " records"));
        out.println("log: " + found.records() + " records of " + found.recordBytes() + " bytes in " + found.segments()
                + " segments, up to position " + found.position());
        out.println("last written: " + (found.nowMillis() == 0 ? "never" : Instant.ofEpochMilli(found.nowMillis()).toString()));
        out.println(found.cut() == null ? "whole" : "a start cuts off: " + found.cut());
    }
}
