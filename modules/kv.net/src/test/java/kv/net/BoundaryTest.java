package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Field;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What this module may see, and what its workers may not. */
class BoundaryTest {
    @Test
    void module_exportsAndRequires_arePinned() {
        ModuleDescriptor module = TcpServer.class.getModule().getDescriptor();
        assertEquals(Set.of("kv.net"),
                module.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
        assertEquals(Set.of("java.base", "jdk.net", "kv.memory", "org.slf4j"),
                module.requires().stream().map(ModuleDescriptor.Requires::name).collect(Collectors.toSet()));
    }

    /** All types that a worker's or an exchange's fields lead to, as declared. */
    @Test
    void workerAndExchange_declaredTypes_holdNoChannel() {
        Set<Class<?>> seen = new HashSet<>();
        Deque<Class<?>> open = new ArrayDeque<>(Set.of(Worker.class, Exchange.class, Batch.class));
        while (!open.isEmpty()) {
            Class<?> type = open.poll();
            if (!seen.add(type)) {
                continue;
            }
            assertFalse(Channel.class.isAssignableFrom(type) || SelectionKey.class.isAssignableFrom(type)
                    || Selector.class.isAssignableFrom(type), () -> "a worker can reach " + type);
            if (type.getModule() != Worker.class.getModule()) {
                continue;
            }
            for (Field field : type.getDeclaredFields()) {
                Class<?> fieldType = field.getType();
                open.add(fieldType.isArray() ? fieldType.getComponentType() : fieldType);
            }
        }
        assertTrue(seen.contains(BufferPool.class));
    }
}
