package kv.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings file: lines {@code name value} or {@code name=value}; blank lines and those that begin with # are skipped. UTF-8
 * without a byte order mark, at most {@value #BYTES_MAX} bytes.
 */
final class SettingsFile {
    private static final int BYTES_MAX = 1 << 20;

    private SettingsFile() {
    }

    /**
     * What the file assigns, in its order.
     *
     * @param source what names the file: the option or the variable
     * @throws UsageException naming source and file, or file and line, and the reason
     */
    static List<Assignment> read(String source, String file) throws UsageException {
        byte[] bytes;
        try {
            bytes = bytes(Path.of(file));
        } catch (IOException | InvalidPathException unreadable) {
            throw new UsageException(source + ": cannot read '" + file + "': " + reason(unreadable));
        }
        if (bytes.length > BYTES_MAX) {
            throw new UsageException(source + ": cannot read '" + file + "': longer than " + BYTES_MAX + " bytes");
        }
        return assignments(file, bytes);
    }

    /** All of it, or one byte more than is allowed. It may be a pipe, so its size is not asked for. */
    private static byte[] bytes(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new IOException("it is a directory");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(BYTES_MAX + 1);
        }
    }

    private static String reason(Exception failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        return failure.getMessage();
    }

    private static List<Assignment> assignments(String file, byte[] bytes) throws UsageException {
        List<Assignment> assignments = new ArrayList<>();
        int number = 1;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte each : bytes) {
            if (each == '\n') {
                addLine(file, number++, line.toByteArray(), assignments);
                line.reset();
            } else {
                line.write(each);
            }
        }
        addLine(file, number, line.toByteArray(), assignments);
        return assignments;
    }

    private static void addLine(String file, int number, byte[] bytes, List<Assignment> assignments) throws UsageException {
        String place = file + ":" + number;
        String line = text(place, bytes).strip();
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        String[] parts = line.split("\\s*=\\s*|\\s+", 2);
        Setting setting = Setting.named(parts[0]);
        if (setting == null) {
            throw new UsageException(place + ": " + Setting.unknown("setting '" + parts[0] + "'", parts[0]));
        }
        if (parts.length < 2) {
            throw new UsageException(place + ": " + parts[0] + " needs a value, allowed: " + setting.range());
        }
        assignments.add(new Assignment(place + ": " + parts[0], setting, parts[1]));
    }

    private static String text(String place, byte[] bytes) throws UsageException {
        if (startsWith(bytes, 0xEF, 0xBB, 0xBF) || startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE)) {
            throw new UsageException(place + ": begins with a byte order mark; the file must be UTF-8 without one");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(in).toString();
            int control = firstControl(text);
            if (control < 0) {
                return text;
            }
            throw new UsageException(String.format("%s: column %d: control character 0x%02X", place, control + 1,
                    (int) text.charAt(control)));
        } catch (CharacterCodingException notUtf8) {
            int at = in.position(); // where the decoder stopped
            throw new UsageException(String.format("%s: byte %d (0x%02X) is not UTF-8, as the whole file must be", place, at + 1,
                    bytes[at]));
        }
    }

    private static boolean startsWith(byte[] bytes, int... start) {
        if (bytes.length < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if ((bytes[i] & 0xFF) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static int firstControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) && c != '\t' && !(c == '\r' && i == text.length() - 1)) {
                return i;
            }
        }
        return -1;
    }
}
