package kv.lua;

/** Decides, between two slices of a script, whether it goes on. Called by the thread that runs the script. */
@FunctionalInterface
public interface Slices {

    /**
     * @param stepsDone instructions since the script began
     * @return how many it may do before the next call; at least 1
     * @throws ScriptAbort to end it
     */
    int next(long stepsDone);
}
