package kv.journal;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import kv.log.Log;

/** Something that is done with a log while no checkpoint of it is made, such as a backup. */
public interface LogTask {
    /** @param givenUp to be asked now and then; the task should throw once it says so */
    void run(Log log, BooleanSupplier givenUp) throws IOException;
}
