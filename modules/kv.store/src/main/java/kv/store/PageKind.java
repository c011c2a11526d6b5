package kv.store;

/**
 * What the entries of a data page have in common: a page holds entries of one kind. A kind is a number of three bits.
 *
 * <p>Young entries have not been judged yet, main ones have been found worth keeping: see {@link Contest}. Entries with a
 * deadline field have pages of their own, so that giving up such entries gives up pages, and there is nothing to search if there
 * are none.
 * Pieces have pages of their own because they fill them without a gap; beside others, one in eight would find no room.
 */
final class PageKind {
    static final int MAIN = 1;
    static final int EXPIRING = 2;
    static final int PIECES = 4;
    static final int COUNT = 8;

    private PageKind() { }

    /** Of a key that is new. */
    static int young(boolean hasDeadline) {
        return hasDeadline ? EXPIRING : 0;
    }

    static int with(int kind, boolean hasDeadline) {
        return kind & (MAIN | PIECES) | young(hasDeadline);
    }

    static boolean isMain(int kind) {
        return (kind & MAIN) != 0;
    }

    static boolean isOfPieces(int kind) {
        return (kind & PIECES) != 0;
    }

    static boolean isExpiring(int kind) {
        return (kind & EXPIRING) != 0;
    }
}
