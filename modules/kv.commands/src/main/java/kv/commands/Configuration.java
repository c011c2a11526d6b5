package kv.commands;

import java.io.IOException;
import java.util.Map;

/**
 * The settings of the server, as CONFIG shows and changes them: in our names and units, and in Redis's. Any thread. What changes
 * something may wait for a disk.
 */
public interface Configuration {

    /** Names and values, in the order in which CONFIG GET shows them; secrets are empty. */
    Map<String, String> all();

    /** Whether this setting, whose name is among all, is never changed while a server runs, in Redis either. */
    boolean isImmutable(String name);

    /**
     * Changes all of these settings, or none.
     *
     * @param values by names that are among all
     * @param who wants it, for the log
     * @throws SettingRefusedException saying which one cannot have its value, and why
     */
    void set(Map<String, String> values, String who) throws SettingRefusedException;

    /**
     * Has the settings file say what has been changed while the server runs.
     *
     * @param who wants it, for the log
     * @throws IOException whose message says why that cannot be
     */
    void rewrite(String who) throws IOException;
}
