package kv.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import kv.log.NoRoomException;
import kv.log.Storage;
import kv.log.StorageFile;

/** A disk whose forces wait for a gate, or fail, and that may be full. Any thread. */
final class TroubledDisk implements Storage {
    private final Storage disk;
    private boolean gateClosed;
    private IOException forceFailure;
    private IOException creationFailure;
    private boolean full;

    TroubledDisk(Storage disk) {
        this.disk = disk;
    }

    synchronized void closeGate(boolean closed) {
        gateClosed = closed;
        notifyAll();
    }

    synchronized void failForces(IOException failure) {
        forceFailure = failure;
    }

    synchronized void failCreation(IOException failure) {
        creationFailure = failure;
    }

    synchronized void fill(boolean isFull) {
        full = isFull;
    }

    private synchronized void passGate() throws IOException {
        while (gateClosed) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
        }
        if (forceFailure != null) {
            throw forceFailure;
        }
    }

    private synchronized void requireRoom() throws IOException {
        if (creationFailure != null) {
            throw creationFailure;
        }
        if (full) {
            throw new NoRoomException("No space left on device", null);
        }
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public StorageFile create(String name) throws IOException {
        requireRoom();
        return new File(disk.create(name));
    }

    @Override
    public StorageFile openForReading(String name) throws IOException {
        return disk.openForReading(name);
    }

    @Override
    public StorageFile openForWriting(String name) throws IOException {
        return new File(disk.openForWriting(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void forceDirectory() throws IOException {
        disk.forceDirectory();
    }

    @Override
    public int links(String name) throws IOException {
        return disk.links(name);
    }

    @Override
    public boolean lock(String name, boolean create) throws IOException {
        return disk.lock(name, create);
    }

    @Override
    public String toString() {
        return disk.toString();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    private final class File implements StorageFile {
        private final StorageFile file;

        File(StorageFile file) {
            this.file = file;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            return file.write(source, position);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public void force(boolean size) throws IOException {
            passGate();
            file.force(size);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
