package kv.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What this module shows and sees. */
class ModuleTest {
    @Test
    void module_exportsAndRequires_arePinned() {
        ModuleDescriptor module = Identity.class.getModule().getDescriptor();
        assertEquals(Set.of("kv.tls"),
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
        assertEquals(Set.of("java.base"),
                module.requires().stream().map(ModuleDescriptor.Requires::name).collect(Collectors.toSet()));
    }
}
