package kv.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A directory of the file system: mode 0700 if it is made here, its files 0600. */
public final class DiskStorage implements Storage {
    private static final FileAttribute<?> DIRECTORY_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> FILE_MODE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * The locked files of this process, its own monitor. A second look at one of them must not open it: when any of a process's
     * descriptors of a file is closed, the kernel takes the process's locks on it away.
     */
    private static final Set<Object> LOCKED = new HashSet<>();

    private final Path directory;
    /** Null unless locked. */
    private FileChannel lockChannel;
    private Object lockIdentity;

    private DiskStorage(Path directory) {
        this.directory = directory;
    }

    /** Makes the directory if there is none; the one that it lies in must be there. */
    public static DiskStorage open(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory, DIRECTORY_MODE);
            Path parent = directory.toAbsolutePath().getParent();
            if (parent != null) {
                forceDirectory(parent);
            }
        }
        return new DiskStorage(directory);
    }

    /** Of a directory that must be there, of which nothing shall be changed. */
    public static DiskStorage existing(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new LogRefusedException(directory + " is no directory");
        }
        return new DiskStorage(directory);
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toList());
        }
    }

    @Override
    public StorageFile create(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
        try {
            return new DiskFile(FileChannel.open(directory.resolve(name),
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE), FILE_MODE));
        } catch (FileSystemException failure) {
            throw asNoRoom(failure, failure.getReason());
        }
    }

    @Override
    public StorageFile openForReading(String name) throws IOException {
        return open(name, StandardOpenOption.READ);
    }

    @Override
    public StorageFile openForWriting(String name) throws IOException {
        return open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private StorageFile open(String name, OpenOption... options) throws IOException {
        return new DiskFile(FileChannel.open(directory.resolve(name), options));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        try {
            Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (FileSystemException failure) {
            throw asNoRoom(failure, failure.getReason());
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void forceDirectory() throws IOException {
        forceDirectory(directory);
    }

    private static void forceDirectory(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException failure) {
            throw asNoRoom(failure, failure.getMessage());
        }
    }

    @Override
    public int links(String name) throws IOException {
        return (Integer) Files.getAttribute(directory.resolve(name), "unix:nlink");
    }

    @Override
    public boolean link(String name, Storage target) {
        if (!(target instanceof DiskStorage)) {
            return false;
        }
        try {
            Files.createLink(((DiskStorage) target).directory.resolve(name), directory.resolve(name));
            return true;
        } catch (IOException | UnsupportedOperationException notPossible) {
            // Another file system, or one without links. Who copies instead finds out what else may be wrong.
            return false;
        }
    }

    @Override
    public boolean lock(String name, boolean create) throws IOException {
        Path path = directory.resolve(name);
        synchronized (LOCKED) {
            if (LOCKED.contains(identity(path))) {
                return false;
            }
            FileChannel channel;
            try {
                channel = create
                        ? FileChannel.open(path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), FILE_MODE)
                        : FileChannel.open(path, StandardOpenOption.WRITE);
            } catch (NoSuchFileException none) {
                if (create) {
                    throw none;
                }
                return true;
            }
            FileLock lock = null;
            try {
                lock = channel.tryLock();
            } finally {
                if (lock == null) {
                    channel.close();
                }
            }
            if (lock != null) {
                lockChannel = channel;
                lockIdentity = identity(path);
                LOCKED.add(lockIdentity);
            }
            return lock != null;
        }
    }

    /** What tells that two paths are one file; of a file that is not there its path. */
    private static Object identity(Path path) throws IOException {
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key == null ? path.toRealPath() : key;
        } catch (NoSuchFileException none) {
            return path;
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    @Override
    public void close() throws IOException {
        synchronized (LOCKED) {
            if (lockChannel != null) {
                LOCKED.remove(lockIdentity);
                lockChannel.close();
                lockChannel = null;
            }
        }
    }

    /** A file by its channel. Nobody interrupts a thread that uses it: that would close the channel. */
    private static final class DiskFile implements StorageFile {
        private final FileChannel channel;

        DiskFile(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            try {
                return channel.write(source, position);
            } catch (IOException failure) {
                throw asNoRoom(failure, failure.getMessage());
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return channel.read(target, position);
        }

        @Override
        public void force(boolean size) throws IOException {
            // Where room is found only when bytes are written back, it is missed here.
            try {
                channel.force(size);
            } catch (IOException failure) {
                throw asNoRoom(failure, failure.getMessage());
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Java gives the kernel's words, not its numbers: these are ENOSPC and EDQUOT. */
    private static IOException asNoRoom(IOException failure, String reason) {
        boolean noRoom = reason != null && (reason.startsWith("No space left") || reason.startsWith("Disk quota exceeded"));
        return noRoom ? new NoRoomException(reason, failure) : failure;
    }
}
