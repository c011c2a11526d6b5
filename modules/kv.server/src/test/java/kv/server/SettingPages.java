package kv.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files outside of this module that repeat what {@link Setting} says. */
final class SettingPages {
    private SettingPages() {
    }

    /** @param file relative to the top of the repository */
    static Path path(String file) {
        return Path.of("").toAbsolutePath().resolve("../..").normalize().resolve(file);
    }

    static String text(String file) throws IOException {
        return Files.readString(path(file));
    }
}
