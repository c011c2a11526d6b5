package kv.lua;

/** What has an identity in a script: tables, functions, coroutines, userdata. Owner: the thread that runs the script. */
abstract class HeapObject {

    /**
     * Stands for the address in hashing and in {@code tostring}; 0 while nobody has asked. Given in order of asking, so runs
     * repeat.
     */
    int identity;
    /** The last {@link Reachability} pass that has seen this object. */
    int mark;
}
