package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModuleTest {
    private final ModuleDescriptor module = KvServer.class.getModule().getDescriptor();

    @Test
    void module_exportsOnePackage_opensNone() {
        assertEquals("kv.server", module.name());
        assertEquals(Set.of("kv.server"),
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
        assertEquals(Set.of(), module.opens());
        assertEquals(Set.of("kv.server"), module.packages());
    }

    @Test
    void module_requires_ourModulesAndTheLoggingApiOnly() {
        Set<String> requires = new TreeSet<>();
        module.requires().forEach(each -> requires.add(
                (each.modifiers().contains(ModuleDescriptor.Requires.Modifier.TRANSITIVE) ? "transitive " : "")
                        + (each.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC) ? "static " : "") + each.name()));
        requires.remove("java.base");
        assertEquals(Set.of("transitive kv.store", "kv.commands", "kv.protocol", "kv.net", "kv.tls", "kv.admin", "kv.log",
                "kv.journal", "kv.rdb", "kv.memory", "java.management", "static jdk.jfr", "org.slf4j",
                "jdk.unsupported"), requires);
    }
}
