package kv.log;

import java.io.IOException;

/** A segment that frames are written to, one after the other. Owner: the log's thread, once the keeper has handed it over. */
final class Segment {
    final long number;
    final StorageFile file;
    private final int bytes;
    private int place;

    Segment(long number, StorageFile file, int bytes, int place) {
        this.number = number;
        this.file = file;
        this.bytes = bytes;
        this.place = place;
    }

    /** Where the next frame goes. */
    int place() {
        return place;
    }

    int room() {
        return bytes - place;
    }

    void wrote(int frameBytes) {
        place += frameBytes;
    }

    void close() throws IOException {
        file.close();
    }
}
