package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What CONFIG REWRITE makes of a settings file. */
final class SettingsRewriteTest {
    private static final String HEADING = "\n# Set while the server ran, written by CONFIG REWRITE\n";

    @TempDir
    Path directory;

    private static Map<Setting, String> values(Object... settingsAndValues) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (int i = 0; i < settingsAndValues.length; i += 2) {
            values.put((Setting) settingsAndValues[i], (String) settingsAndValues[i + 1]);
        }
        return values;
    }

    @Test
    void edit_linesThatSetIt_theLastIsChangedAndAllElseStays() {
        assertEquals("# max-connections 1\nmax-connections 2\n\n  max-connections =\t7  \r\nport 1",
                SettingsRewrite.edit("# max-connections 1\nmax-connections 2\n\n  max-connections =\t300  \r\nport 1",
                        values(Setting.MAX_CONNECTIONS, "7")));
    }

    @Test
    void edit_noLineSetsIt_isAddedUnderOneHeading() {
        assertEquals("port 1\n" + HEADING + "idle-timeout 5s\n",
                SettingsRewrite.edit("port 1", values(Setting.IDLE_TIMEOUT, "5s")));
        assertEquals("port 1\n" + HEADING + "idle-timeout 6s\nmax-connections 7\n",
                SettingsRewrite.edit("port 1\n" + HEADING + "idle-timeout 5s\n",
                        values(Setting.IDLE_TIMEOUT, "6s", Setting.MAX_CONNECTIONS, "7")));
        assertEquals(HEADING + "idle-timeout 5s\n", SettingsRewrite.edit("", values(Setting.IDLE_TIMEOUT, "5s")));
    }

    @Test
    void write_link_staysOneAndTheFileKeepsItsMode() throws Exception {
        Path file = Files.writeString(directory.resolve("real.conf"), "port 1\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Path link = Files.createSymbolicLink(directory.resolve("kv.conf"), file);
        SettingsRewrite.write(link, values(Setting.PORT, "2"));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("port 2\n", Files.readString(file));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void write_fileThatIsGoneOrNone_saysWhy() throws IOException {
        Path file = directory.resolve("kv.conf");
        assertEquals("settings file: cannot read '" + file + "': no such file",
                assertThrows(UsageException.class, () -> SettingsRewrite.write(file, Map.of())).getMessage());
        Files.writeString(file, "prot 1\n");
        assertTrue(assertThrows(UsageException.class, () -> SettingsRewrite.write(file, values(Setting.PORT, "2"))).getMessage()
                .startsWith(file + ":1: unknown setting 'prot'"));
        assertEquals("prot 1\n", Files.readString(file));
    }
}
