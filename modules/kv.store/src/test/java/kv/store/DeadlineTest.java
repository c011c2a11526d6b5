package kv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DeadlineTest {
    @Test
    void isPast_deadlineItself_isTheFirstMomentWithoutTheKey() {
        assertFalse(Deadline.isPast(1000, 999));
        assertTrue(Deadline.isPast(1000, 1000));
        assertTrue(Deadline.isPast(0, 1));
    }

    @Test
    void isPast_none_neverIs() {
        assertFalse(Deadline.isPast(Deadline.NONE, Long.MAX_VALUE - 1));
    }

    @Test
    void after_lifeBeyondTheClock_endsBeforeNone() {
        assertEquals(1500, Deadline.after(1000, 500));
        assertEquals(Deadline.NONE - 1, Deadline.after(1000, Long.MAX_VALUE));
        assertEquals(Deadline.NONE - 1, Deadline.after(1000, Deadline.NONE - 1001));
        assertEquals(Deadline.NONE - 2, Deadline.after(1000, Deadline.NONE - 1002));
    }

    @Test
    void require_wordsInPlaceOfADeadline_areRefused() {
        Deadline.require(0);
        Deadline.require(Deadline.NONE);
        assertThrows(IllegalArgumentException.class, () -> Deadline.require(Deadline.KEEP));
        assertThrows(IllegalArgumentException.class, () -> Deadline.require(Deadline.ABSENT));
    }
}
