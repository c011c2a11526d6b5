package kv.store;

import java.nio.ByteBuffer;

/**
 * Payloads in chains of whole pages: {@link EntryHeader#CHUNK_BYTES} of payload each, then the number of the next page.
 *
 * <p>Stateless but for the pool. A chain belongs to one entry and is guarded by its shard's lock. Positions count from the
 * payload's first byte; what lies beyond the chain is the inline rest, which the caller handles.
 */
final class OverflowChain {
    private static final int CHUNK_BYTES = EntryHeader.CHUNK_BYTES;

    private final PagePool pool;

    OverflowChain(PagePool pool) {
        this.pool = pool;
    }

    /** Puts a page of the caller's in front of a chain. */
    void prepend(int page, int first) {
        pool.segment(page).putInt(PagePool.start(page) + CHUNK_BYTES, first);
    }

    /** Puts a chain behind another of so many pages. */
    void append(int first, int pages, int behind) {
        int last = first;
        for (int i = 1; i < pages; i++) {
            last = next(last);
        }
        prepend(last, behind);
    }

    /**
     * Puts a copy in the place of a page; the first of a chain has none before it.
     *
     * @param copy a page of the caller's
     */
    void replace(int before, int page, int copy) {
        pool.copy(page, copy);
        if (before != PagePool.NONE) {
            prepend(before, copy);
        }
    }

    int next(int page) {
        return pool.segment(page).getInt(PagePool.start(page) + CHUNK_BYTES);
    }

    void give(int first, int pages) {
        int page = first;
        for (int i = 0; i < pages; i++) {
            int next = next(page);
            pool.give(page);
            page = next;
        }
    }

    /** Writes payload from {@code position} on, as far as the chain reaches; returns how many bytes that were. */
    int write(int first, int pages, int position, ByteBuffer from, int start, int length) {
        int reach = Math.max(0, Math.min(length, pages * CHUNK_BYTES - position));
        int page = first;
        int done = 0;
        for (int skip = position; done < reach; skip = Math.max(0, skip - CHUNK_BYTES)) {
            if (skip < CHUNK_BYTES) {
                int count = Math.min(CHUNK_BYTES - skip, reach - done);
                pool.segment(page).put(PagePool.start(page) + skip, from, start + done, count);
                done += count;
            }
            page = next(page);
        }
        return reach;
    }

    /** Writes zeros to the beginning, as far as the chain reaches; a length below 1 is none. */
    void clear(int first, int pages, int length) {
        int page = first;
        for (int i = 0; i < pages && i * CHUNK_BYTES < length; i++) {
            int count = Math.min(CHUNK_BYTES, length - i * CHUNK_BYTES);
            pool.segment(page).put(PagePool.start(page), PagePool.ZEROS, 0, count);
            page = next(page);
        }
    }

    /**
     * Compares the payload's beginning with {@code length} bytes, as far as the chain reaches; returns the bytes compared, -1 if
     * they differ.
     */
    int matchStart(int first, int pages, ByteBuffer with, int start, int length) {
        int reach = Math.min(length, pages * CHUNK_BYTES);
        int page = first;
        for (int done = 0; done < reach; done += CHUNK_BYTES) {
            if (!Bytes.equal(pool.segment(page), PagePool.start(page), with, start + done, Math.min(CHUNK_BYTES, reach - done))) {
                return -1;
            }
            page = next(page);
        }
        return reach;
    }

    /** Copies payload from {@code position} on, as far as the chain reaches; returns how many bytes that were. */
    int copy(int first, int pages, int position, int length, ValueSink sink) {
        int reach = Math.max(0, Math.min(length, pages * CHUNK_BYTES - position));
        int page = first;
        int done = 0;
        for (int skip = position; done < reach; skip = Math.max(0, skip - CHUNK_BYTES)) {
            if (skip < CHUNK_BYTES) {
                int count = Math.min(CHUNK_BYTES - skip, reach - done);
                Bytes.copy(pool.segment(page), PagePool.start(page) + skip, count, sink, length - done);
                done += count;
            }
            page = next(page);
        }
        return reach;
    }
}
