package kv.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes values into a settings file: where a line sets the setting, the value in it is replaced, else a line is added at the
 * end. All else stays as it is, comments too. The file is replaced as a whole, with its mode, owner and group, or not at all.
 */
final class SettingsRewrite {
    private static final Pattern LINE = Pattern.compile("(\\s*([^\\s=#]+)(?:\\s*=\\s*|\\s+))(.*?)(\\s*)");
    private static final String HEADING = "# Set while the server ran, written by CONFIG REWRITE";

    private SettingsRewrite() {
    }

    /**
     * Has the file say these values.
     *
     * @throws IOException if it cannot be written; the message says which file and why
     * @throws UsageException if it cannot be read
     */
    static void write(Path file, Map<Setting, String> values) throws IOException, UsageException {
        SettingsFile.read("settings file", file.toString()); // whoever reads it next must be able to
        try {
            Path real = file.toRealPath(); // a link stays one
            if (!Files.isRegularFile(real)) {
                throw new IOException(file + " is not a regular file");
            }
            replace(real, edit(Files.readString(real), values));
        } catch (AccessDeniedException denied) {
            throw new IOException(denied.getFile() + ": permission denied", denied);
        } catch (FileSystemException failure) {
            throw new IOException(failure.getFile() + ": " + failure.getReason(), failure);
        }
    }

    /** A setting's last line is the one that counts. */
    static String edit(String text, Map<Setting, String> values) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        Map<Setting, Integer> places = new EnumMap<>(Setting.class);
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (line.matches() && Setting.named(line.group(2)) != null) {
                places.put(Setting.named(line.group(2)), i);
            }
        }
        StringBuilder added = new StringBuilder();
        values.forEach((setting, value) -> {
            Integer place = places.get(setting);
            if (place == null) {
                added.append(setting.optionName()).append(' ').append(value).append('\n');
            } else {
                Matcher line = LINE.matcher(lines.get(place));
                line.matches();
                lines.set(place, line.group(1) + value + line.group(4));
            }
        });
        String edited = String.join("\n", lines);
        if (added.isEmpty()) {
            return edited;
        }
        String heading = edited.contains(HEADING) ? "" : "\n" + HEADING + "\n";
        return edited + (edited.isEmpty() || edited.endsWith("\n") ? "" : "\n") + heading + added;
    }

    private static void replace(Path file, String text) throws IOException {
        Path written = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".rewrite");
        try {
            keepAttributes(file, written);
            try (FileChannel out = FileChannel.open(written, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /** The temporary file is readable by its owner only. An owner that this process may not give it to is an error. */
    private static void keepAttributes(Path from, Path to) throws IOException {
        PosixFileAttributes old = Files.readAttributes(from, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        PosixFileAttributes made = view.readAttributes();
        if (!made.group().equals(old.group())) {
            view.setGroup(old.group());
        }
        if (!made.owner().equals(old.owner())) {
            view.setOwner(old.owner());
        }
        view.setPermissions(old.permissions());
    }
}
