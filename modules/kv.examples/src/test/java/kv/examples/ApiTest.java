package kv.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What programs outside may use: the public and protected parts of what kv.store and kv.server export, listed in
 * src/test/resources/api.txt. A change of it should be meant: then delete that file and run this test once; it writes a new one
 * and fails.
 */
final class ApiTest {
    private static final Path LIST = Path.of("src/test/resources/api.txt");

    @Test
    void api_asCompiled_isAsListed() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String module : new String[] {"kv.store", "kv.server"}) {
            describeModule(module, lines);
        }
        String api = String.join("\n", lines) + "\n";
        if (!Files.exists(LIST)) {
            Files.writeString(LIST, api);
            throw new AssertionError(LIST + " was written anew: look at what has changed");
        }
        List<String> listed = Files.readAllLines(LIST);
        List<String> gone = new ArrayList<>(listed);
        gone.removeAll(lines);
        List<String> added = new ArrayList<>(lines);
        added.removeAll(listed);
        assertTrue(listed.equals(lines), () -> "the public API has changed; gone: " + gone + ", new: " + added
                + "; if that is meant, delete " + LIST + " and run again");
    }

    private static void describeModule(String name, List<String> lines) throws IOException, ClassNotFoundException {
        ModuleReference module = ModuleFinder.of(LibraryPath.entries().toArray(Path[]::new)).find(name).orElseThrow();
        lines.add("module " + name);
        for (ModuleDescriptor.Requires requires : new TreeSet<>(module.descriptor().requires())) {
            if (requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.TRANSITIVE)) {
                lines.add("  requires transitive " + requires.name());
            }
        }
        for (ModuleDescriptor.Exports exports : new TreeSet<>(module.descriptor().exports())) {
            lines.add("  exports " + exports.source());
            for (String type : typesOf(module, exports.source())) {
                describe(Class.forName(type), lines);
            }
        }
    }

    private static List<String> typesOf(ModuleReference module, String exported) throws IOException {
        String folder = exported.replace('.', '/') + "/";
        try (ModuleReader reader = module.open(); Stream<String> files = reader.list()) {
            return files.filter(file -> file.startsWith(folder) && file.endsWith(".class"))
                    .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.')).sorted().toList();
        }
    }

    private static void describe(Class<?> type, List<String> lines) {
        if (!isReachable(type)) {
            return;
        }
        lines.add("  " + type.toGenericString());
        if (type.getGenericSuperclass() != null && type.getSuperclass() != Object.class) {
            lines.add("    extends " + type.getGenericSuperclass().getTypeName());
        }
        for (Class<?> implemented : type.getInterfaces()) {
            lines.add("    implements " + implemented.getName());
        }
        TreeSet<String> members = new TreeSet<>();
        for (Field field : type.getDeclaredFields()) {
            add(field, field.toGenericString(), members);
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            add(constructor, constructor.toGenericString(), members);
        }
        // What a type has from a class that is not public is its own, for those who use it.
        Class<?> declaring = type;
        do {
            for (Method method : declaring.getDeclaredMethods()) {
                add(method, method.toGenericString(), members);
            }
            declaring = declaring.getSuperclass();
        } while (declaring != null && !isApi(declaring.getModifiers()));
        lines.addAll(members);
    }

    private static boolean isReachable(Class<?> type) {
        return isApi(type.getModifiers()) && (type.getEnclosingClass() == null || isReachable(type.getEnclosingClass()));
    }

    private static <M extends AccessibleObject & Member> void add(M member, String text, TreeSet<String> members) {
        if (isApi(member.getModifiers()) && !member.isSynthetic()) {
            members.add("    " + text.replace("synchronized ", ""));
        }
    }

    private static boolean isApi(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }
}
