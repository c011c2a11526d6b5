package kv.lua;

/**
 * What one script may use: memory, charged before it is taken, and steps, in slices.
 *
 * <p>Owner: the thread that runs the script. Units: bytes of heap as HotSpot lays objects out (rounded up); steps are
 * instructions of the interpreter, and for a library function about as many as its work is worth.
 * <p>Failure: {@link ScriptAbort}, which no script catches.
 */
public final class Quota {

    // Charges only rise while a script runs: only the garbage collector knows what it has freed. When they have doubled since the
    // last time (and are above 4 MiB), Reachability counts what the script can still reach, and that is the new charge. So
    // live and dead objects of a script together never exceed what it has taken from the pool. The count costs steps, or a
    // script that lives at its limit would be counted for nothing but to allocate a little.

    static final int STRING_BYTES = 40;
    static final int TABLE_BYTES = 80;
    static final int CLOSURE_BYTES = 56;
    static final int ARRAY_SLOT_BYTES = 24;
    static final int NODE_BYTES = 48;
    static final int STACK_SLOT_BYTES = 20;
    static final int FRAME_BYTES = 48;

    /** Copied or compared in about the time of a step. */
    static final int STEP_BYTES = 64;

    private static final long PIECE_BYTES = 64 * 1024;
    private static final long FIRST_COUNT_BYTES = 4L << 20;

    private final MemoryPool pool;
    private final Slices slices;
    /** Instructions left in this slice; the interpreter counts it down by itself. */
    int stepsLeft;
    private long stepsGiven;
    /** Of what was taken from the pool, the bytes not yet charged. */
    private long bytesLeft;
    private long takenBytes;
    private long nextCountBytes = FIRST_COUNT_BYTES;
    /** Charged for buffers of library functions, which no script can reach. */
    private long heldBytes;
    private Reachability roots;
    private int identities;
    private int marks;

    public Quota(MemoryPool pool, Slices slices) {
        this.pool = pool;
        this.slices = slices;
    }

    /** For what lives as long as the program. */
    static Quota unlimited() {
        return new Quota(new MemoryPool(Long.MAX_VALUE), done -> Integer.MAX_VALUE);
    }

    void roots(Reachability reachable) {
        roots = reachable;
    }

    /** Charges memory that the script itself will hold. To be called before it is allocated. */
    public void charge(long bytes) {
        bytesLeft -= bytes;
        if (bytesLeft < 0) {
            take(bytes);
        }
    }

    /** Also spends the steps that filling it is worth. */
    void chargeString(int length) {
        charge(STRING_BYTES + (long) length);
        spendOn(length);
    }

    /** Spends what copying or comparing bytes is worth: nothing for a few. */
    public void spendOn(int bytes) {
        if (bytes >= STEP_BYTES) {
            spend(bytes / STEP_BYTES);
        }
    }

    /** A piece that was charged has been freed with certainty. */
    void refund(long bytes) {
        bytesLeft += bytes;
    }

    /** Charges a buffer of a library function, until {@link #release}. */
    void hold(long bytes) {
        charge(bytes);
        heldBytes += bytes;
    }

    void release(long bytes) {
        heldBytes -= bytes;
        bytesLeft += bytes;
    }

    private void take(long bytes) {
        long wanted = -bytesLeft;
        long piece = Math.max(PIECE_BYTES, wanted);
        if (takenBytes + wanted < nextCountBytes && (takeFromPool(piece) || takeFromPool(wanted))) {
            return;
        }
        bytesLeft += bytes;
        countWhatIsLive();
        bytesLeft -= bytes;
        wanted = -bytesLeft;
        if (wanted > 0 && !takeFromPool(Math.max(PIECE_BYTES, wanted)) && !takeFromPool(wanted)) {
            bytesLeft += bytes;
            throw new ScriptAbort(ScriptAbort.Reason.OUT_OF_MEMORY);
        }
    }

    private boolean takeFromPool(long bytes) {
        if (!pool.tryTake(bytes)) {
            return false;
        }
        takenBytes += bytes;
        bytesLeft += bytes;
        return true;
    }

    private void countWhatIsLive() {
        long live = heldBytes;
        if (roots != null) {
            live += roots.liveBytes(++marks);
            spend(roots.visited());
        } else {
            live = takenBytes - bytesLeft;
        }
        bytesLeft = Math.max(0, takenBytes - live);
        if (bytesLeft > 2 * FIRST_COUNT_BYTES && bytesLeft > live) {
            long surplus = bytesLeft - live;
            pool.giveBack(surplus);
            takenBytes -= surplus;
            bytesLeft -= surplus;
        }
        nextCountBytes = Math.max(FIRST_COUNT_BYTES, 2 * (takenBytes - bytesLeft));
    }

    /** Spends steps on work inside a library function; may end the slice. */
    public void spend(long steps) {
        if (steps < stepsLeft) {
            stepsLeft -= (int) steps;
        } else {
            long over = steps - stepsLeft;
            stepsLeft = 0;
            do {
                nextSlice();
                long part = Math.min(over, stepsLeft);
                stepsLeft -= (int) part;
                over -= part;
            } while (over > 0);
        }
    }

    void nextSlice() {
        int given = slices.next(stepsDone());
        stepsGiven += given;
        stepsLeft += given;
    }

    public long stepsDone() {
        return stepsGiven - stepsLeft;
    }

    /** Bytes charged now, live or not. */
    public long chargedBytes() {
        return takenBytes - bytesLeft;
    }

    /** A new script begins, with no step done and no byte charged. */
    void begin() {
        assert takenBytes == 0 : takenBytes;
        stepsGiven = 0;
        stepsLeft = 0;
        identities = 0;
    }

    /** Gives all memory back: the script has ended and nobody holds anything of it. */
    public void close() {
        pool.giveBack(takenBytes);
        takenBytes = 0;
        bytesLeft = 0;
        heldBytes = 0;
        nextCountBytes = FIRST_COUNT_BYTES;
    }

    int identityOf(HeapObject object) {
        if (object.identity == 0) {
            object.identity = ++identities;
        }
        return object.identity;
    }
}
