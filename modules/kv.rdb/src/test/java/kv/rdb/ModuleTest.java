package kv.rdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModuleTest {

    @Test
    void module_itself_exportsOnePackageAndNeedsNothing() {
        ModuleDescriptor module = RdbFile.class.getModule().getDescriptor();
        assertEquals("kv.rdb", module.name());
        assertEquals(Set.of("kv.rdb"),
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
        assertEquals(Set.of("java.base"),
                module.requires().stream().map(ModuleDescriptor.Requires::name).collect(Collectors.toSet()));
    }
}
