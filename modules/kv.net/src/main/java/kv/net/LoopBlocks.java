package kv.net;

/**
 * Blocks for one connection, asked for by its event loop, which waits for none.
 */
final class LoopBlocks implements BlockSource {
    private final BufferPool pool;
    private final Account account;
    private final Runnable makeRoom;

    /** @param makeRoom closes those that have to go because they hold most, as far as this loop can */
    LoopBlocks(BufferPool pool, Account account, Runnable makeRoom) {
        this.pool = pool;
        this.account = account;
        this.makeRoom = makeRoom;
    }

    @Override
    public Block acquire(int bytesMin) {
        Block block = pool.acquire(account, bytesMin);
        if (block == null) {
            makeRoom.run();
            block = pool.acquire(account, bytesMin);
        }
        if (block == null) {
            throw BufferExhaustedException.INSTANCE;
        }
        return block;
    }

    @Override
    public Block acquireIfThere(int bytesMin) {
        return pool.acquire(account, bytesMin);
    }

    @Override
    public void release(Block block) {
        pool.release(account, block);
    }
}
