package kv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadersTest {
    private final Readers readers = new Readers();

    @Test
    void areDoneWith_readerFromBefore_waitsForThatOneOnly() {
        assertTrue(readers.areDoneWith(readers.retire()));
        int before = readers.begin(7);
        long retired = readers.retire();
        int after = readers.begin(7);
        assertNotEquals(before, after);
        assertFalse(readers.areDoneWith(retired));
        readers.end(before);
        assertTrue(readers.areDoneWith(retired));
        assertFalse(readers.areDoneWith(readers.retire()));
        readers.end(after);
        assertTrue(readers.areDoneWith(readers.retire()));
    }

    @Test
    void begin_tooMany_isRefusedUntilOneEnds() {
        Set<Integer> slots = new HashSet<>();
        int slot;
        while ((slot = readers.begin(slots.size() * 31)) != Readers.NONE) {
            assertTrue(slots.add(slot));
        }
        assertEquals(64, slots.size());
        readers.end(slots.iterator().next());
        assertNotEquals(Readers.NONE, readers.begin(3));
    }
}
