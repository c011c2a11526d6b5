package kv.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModuleTest {

    @Test
    void module_itself_exportsOnePackageAndKnowsOnlyFigures() {
        ModuleDescriptor module = AdminServer.class.getModule().getDescriptor();
        assertEquals(Set.of("kv.admin"),
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
        assertEquals(Set.of("java.base", "kv.stats"),
                module.requires().stream().map(ModuleDescriptor.Requires::name).collect(Collectors.toSet()));
    }
}
