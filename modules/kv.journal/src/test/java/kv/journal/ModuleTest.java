package kv.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModuleTest {

    @Test
    void module_itself_exportsOnePackageAndKnowsStoreAndLog() {
        ModuleDescriptor module = StoreLog.class.getModule().getDescriptor();
        assertEquals("kv.journal", module.name());
        assertEquals(Set.of("kv.journal"),
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
        assertEquals(Set.of("java.base", "kv.store", "kv.log"),
                module.requires().stream().map(ModuleDescriptor.Requires::name).collect(Collectors.toSet()));
    }
}
