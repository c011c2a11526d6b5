package kv.log;

import java.io.IOException;
import java.util.List;

/**
 * A flat directory of files: all that the log knows of the world, so that a test can be a disk that loses what was not forced.
 *
 * <p>What is created, renamed or deleted survives a crash of the machine once {@link #forceDirectory} has returned; bytes of a
 * file once {@link StorageFile#force} has. Threads: any; the log never changes one name from two threads.
 */
public interface Storage extends AutoCloseable {
    /** Names of the files in it, in no order. */
    List<String> list() throws IOException;

    /** Creates an empty file, readable by its owner only; an old one of that name is emptied. */
    StorageFile create(String name) throws IOException;

    StorageFile openForReading(String name) throws IOException;

    StorageFile openForWriting(String name) throws IOException;

    /** Gives a file a name, which it takes from another if need be: after a crash there is one of the two. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    void forceDirectory() throws IOException;

    /**
     * The number of names that a file has, here and elsewhere.
     *
     * @throws java.nio.file.NoSuchFileException if it has none here
     */
    int links(String name) throws IOException;

    /**
     * Gives a file the same name in another directory as well: both are one file from then on.
     *
     * @return whether that can be done: not between file systems
     */
    default boolean link(String name, Storage target) {
        return false;
    }

    /**
     * Keeps others from using this directory until {@link #close}, or until this process ends.
     *
     * @param create whether the file may be made; if not and it is missing, nobody has the lock and nobody gets it
     * @return whether nobody else has it
     */
    boolean lock(String name, boolean create) throws IOException;

    /** The directory, for messages. */
    @Override
    String toString();

    @Override
    void close() throws IOException;
}
