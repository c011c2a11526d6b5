package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What this module may see, and what may be seen of it. */
class BoundaryTest {
    private final ModuleDescriptor module = CommandService.class.getModule().getDescriptor();

    @Test
    void module_exportsOnePackage_opensNone() {
        assertEquals("kv.commands", module.name());
        assertEquals(Set.of("kv.commands"),
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
        assertEquals(Set.of(), module.opens());
        assertEquals(Set.of("kv.commands"), module.packages());
    }

    /** No network, no log: what a command does must depend on the store, the request and the time only. */
    @Test
    void module_requires_storeProtocolAndCountersOnly() {
        Set<String> requires = new TreeSet<>();
        module.requires().forEach(each -> requires.add(
                (each.modifiers().contains(ModuleDescriptor.Requires.Modifier.TRANSITIVE) ? "transitive " : "") + each.name()));
        requires.remove("java.base");
        assertEquals(Set.of("transitive kv.store", "transitive kv.protocol", "transitive kv.stats", "kv.lua", "kv.rdb"),
                requires);
    }
}
