package kv.commands;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Where users are kept over restarts. One call at a time; each may wait for a disk. */
public interface UsersFile {

    /**
     * Makes the file's users those of the server.
     *
     * @param ending closes a connection whose user is gone then
     * @throws IOException if it cannot be read or is wrong, which the message says; nothing is changed then
     */
    void load(Consumer<Client> ending) throws IOException;

    /**
     * Makes these lines the file's: all or none.
     *
     * @param lines each char a byte, as {@link Users#load} takes them
     * @throws IOException if that cannot be, which the message says
     */
    void save(List<String> lines) throws IOException;
}
