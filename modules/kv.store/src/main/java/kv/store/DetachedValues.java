package kv.store;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Values that a section has found, to be copied after its locks are released: of long ones the pages of their chains are
 * remembered, the rest, as all of short ones, is copied aside.
 *
 * <p>Threads: confined to one, its session's. {@link #add} wants the shard's lock, all else none.
 * <p>Invariant: as long as a chain is remembered, the thread has a slot in {@link Readers}, which keeps its pages from being used
 * for anything else; and who changes such a chain copies what he changes.
 */
final class DetachedValues {
    /** What is copied aside at most, under locks, and kept afterwards. */
    private static final int ASIDE_BYTES_MAX = 1 << 20;
    private static final int KEPT_PAGES_MAX = 4096;

    private final PagePool pool;
    private final OverflowChain chain;
    private final Readers readers;
    private final RetiredChains retired;
    private final Aside aside = new Aside();
    private int slot = Readers.NONE;

    private int[] lengths = new int[4];
    private int[] firstBytes = new int[4];
    /** For each value, and behind the last: where its pages begin in {@link #pages}, and what was copied aside. */
    private int[] pagesStart = new int[5];
    private int[] asideStart = new int[5];
    private int count;
    private int[] pages = new int[16];

    DetachedValues(PagePool pool, Readers readers, RetiredChains retired) {
        this.pool = pool;
        this.chain = new OverflowChain(pool);
        this.readers = readers;
        this.retired = retired;
    }

    /** False if it has to be copied under the lock: too many read, or too much would have to be copied aside. */
    boolean add(Shard shard, int entry) {
        long header = shard.entries().header(entry);
        int keyLength = EntryHeader.keyBytes(header);
        int valueLength = EntryHeader.valueBytes(header);
        int chained = EntryHeader.chainPages(header);
        int inChain = Math.max(0, chained * EntryHeader.CHUNK_BYTES - keyLength);
        if (aside.size() + valueLength - inChain > ASIDE_BYTES_MAX || inChain > 0 && !beginReading()) {
            return false;
        }
        if (count == lengths.length) {
            lengths = Arrays.copyOf(lengths, 2 * count);
            firstBytes = Arrays.copyOf(firstBytes, 2 * count);
            pagesStart = Arrays.copyOf(pagesStart, 2 * count + 1);
            asideStart = Arrays.copyOf(asideStart, 2 * count + 1);
        }
        lengths[count] = valueLength;
        firstBytes[count] = keyLength;
        int pagesEnd = pagesStart[count];
        if (inChain > 0) {
            pagesEnd = addPages(shard.payload().firstPage(entry), chained, pagesEnd);
        }
        shard.copyValue(entry, inChain, valueLength - inChain, aside);
        count++;
        pagesStart[count] = pagesEnd;
        asideStart[count] = aside.size();
        return true;
    }

    private boolean beginReading() {
        if (slot == Readers.NONE) {
            slot = readers.begin(System.identityHashCode(this));
        }
        return slot != Readers.NONE;
    }

    private int addPages(int first, int more, int start) {
        if (start + more > pages.length) {
            pages = Arrays.copyOf(pages, Math.max(start + more, 2 * pages.length));
        }
        int page = first;
        for (int i = start; i < start + more; i++) {
            pages[i] = page;
            page = chain.next(page);
        }
        return start + more;
    }

    int count() {
        return count;
    }

    int length(int number) {
        if (number < 0 || number >= count) {
            throw new IndexOutOfBoundsException("value " + number + " of " + count);
        }
        return lengths[number];
    }

    /** Copies a part of a value, which has it. */
    void copy(int number, int offset, int length, ValueSink sink) {
        sink.length(length);
        int pageCount = pagesStart[number + 1] - pagesStart[number];
        long position = (long) firstBytes[number] + offset; // counted from the first page's beginning
        int done = 0;
        for (int page = (int) (position / EntryHeader.CHUNK_BYTES); done < length && page < pageCount; page++) {
            int skip = (int) (position + done - (long) page * EntryHeader.CHUNK_BYTES);
            int part = Math.min(EntryHeader.CHUNK_BYTES - skip, length - done);
            int place = pages[pagesStart[number] + page];
            Bytes.copy(pool.segment(place), PagePool.start(place) + skip, part, sink, length - done);
            done += part;
        }
        int inChain = Math.max(0, pageCount * EntryHeader.CHUNK_BYTES - firstBytes[number]);
        Bytes.copy(aside.bytes, asideStart[number] + Math.max(0, offset - inChain), length - done, sink, length - done);
    }

    void release() {
        if (slot != Readers.NONE) {
            readers.end(slot);
            slot = Readers.NONE;
            retired.giveBack();
        }
        count = 0;
        aside.bytes.clear();
        if (pages.length > KEPT_PAGES_MAX) {
            pages = new int[KEPT_PAGES_MAX];
        }
    }

    /** Takes bytes that lie in no chain; grows as needed. */
    private static final class Aside implements ValueSink {
        private ByteBuffer bytes = ByteBuffer.allocate(1 << 10);

        private int size() {
            return bytes.position();
        }

        @Override
        public void length(int more) {
            if (more > bytes.remaining()) {
                bytes = ByteBuffer.allocate(Math.max(bytes.position() + more, 2 * bytes.capacity())).put(bytes.flip());
            }
        }

        @Override
        public ByteBuffer space(int remaining) {
            return bytes;
        }
    }
}
