package kv.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandTableTest {

    @Test
    void find_anyCaseAndPlace_findsTheCommand() {
        for (CommandSpec spec : Fixture.TABLE.commands()) {
            String name = spec.name();
            String mixed = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
            for (String word : List.of(name, name.toUpperCase(Locale.ROOT), mixed)) {
                assertSame(spec, Fixture.TABLE.find(word));
                ByteBuffer padded = Fixture.buffer("xyz" + word + " behind it");
                assertSame(spec, Fixture.TABLE.find(padded, 3, word.length()));
            }
        }
    }

    @Test
    void find_lookalikes_findsNothing() {
        for (String word : List.of("", "g", "ge", "gett", "get\0", "\0get", "get ", "G\u00c5T", "\u00e7et", "[et", "g%t",
                "expireaT1",
                "expiretim", "expiretimf", "expiretime ", "pexpireax", "expireti\0e", "\0\0\0\0\0\0\0\0", "a".repeat(100))) {
            assertNull(Fixture.TABLE.find(word), word);
        }
    }

    @Test
    void find_manyCommands_findsEach() {
        List<CommandSpec> specs = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            specs.add(new CommandSpec("command-" + i, 1, Set.of(), 0, 0, 0));
        }
        CommandTable table = new CommandTable(specs);
        for (CommandSpec spec : specs) {
            assertSame(spec, table.find(spec.name()));
        }
        assertNull(table.find("command-500"));
        assertEquals(specs, table.commands());
    }

    @Test
    void table_empty_findsNothing() {
        assertNull(new CommandTable(List.of()).find("get"));
    }

    @Test
    void table_twoOfOneName_isRefused() {
        CommandSpec spec = new CommandSpec("get", 2, Set.of(), 1, 1, 1);
        assertThrows(IllegalArgumentException.class, () -> new CommandTable(List.of(spec, spec)));
    }

    @Test
    void spec_contradictions_areRefused() {
        for (String name : List.of("", "Get", "a b", "\u00e9")) {
            assertThrows(IllegalArgumentException.class, () -> new CommandSpec(name, 1, Set.of(), 0, 0, 0), name);
        }
        assertThrows(IllegalArgumentException.class, () -> new CommandSpec("x", 0, Set.of(), 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new CommandSpec("x", 2, Set.of(), 1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new CommandSpec("x", 2, Set.of(), 1, 0, 1));
    }

    @Test
    void spec_keysAndArity_followTheNumbers() {
        CommandSpec mset = Fixture.TABLE.find("mset");
        assertTrue(mset.isKey(1, 5) && mset.isKey(3, 5));
        assertFalse(mset.isKey(0, 5) || mset.isKey(2, 5) || mset.isKey(4, 5));
        assertTrue(mset.takes(3) && mset.takes(100));
        assertFalse(mset.takes(2));
        CommandSpec get = Fixture.TABLE.find("get");
        assertTrue(get.takes(2));
        assertFalse(get.takes(1) || get.takes(3));
        assertFalse(Fixture.TABLE.find("keys").isKey(1, 2));
        assertEquals("readonly", get.flags().iterator().next().label());
        assertEquals("no_auth", CommandSpec.Flag.NO_AUTH.label());
    }

    @Test
    void limits_outOfRange_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ProtocolLimits(65_536, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ProtocolLimits(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ProtocolLimits(1, (64 << 20) + 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ProtocolLimits(1, 1, (1 << 20) + 1));
        assertEquals(65_535 + (1 << 20) + 256, ProtocolLimits.defaults().lineBytesMax());
    }
}
