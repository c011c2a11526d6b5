package kv.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModuleTest {
    @Test
    void module_exportsAndRequires_arePinned() {
        ModuleDescriptor module = DirectMemory.class.getModule().getDescriptor();
        assertEquals("kv.memory", module.name());
        assertEquals(Set.of("kv.memory"),
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
        assertEquals(Set.of("java.base", "jdk.unsupported"),
                module.requires().stream().map(ModuleDescriptor.Requires::name).collect(Collectors.toSet()));
    }
}
