package kv.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file as it was when it was read. Compared by content: what is renewed may come by a new link, with any time.
 *
 * @param name as the settings have it
 */
public record TlsFile(String name, byte[] content) {
    private static final int BYTES_MAX = 1 << 20;

    /**
     * Reads it, through links.
     *
     * @throws BadTlsFileException naming the file and why it cannot be read
     */
    public static TlsFile read(String name) throws BadTlsFileException {
        try {
            Path path = Path.of(name);
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new BadTlsFileException("it is no file"); // a pipe might never end, and a device neither
            }
            try (InputStream in = Files.newInputStream(path)) {
                byte[] content = in.readNBytes(BYTES_MAX + 1);
                if (content.length > BYTES_MAX) {
                    throw new BadTlsFileException("it has more than " + BYTES_MAX + " bytes");
                }
                return new TlsFile(name, content);
            }
        } catch (NoSuchFileException missing) {
            throw new BadTlsFileException("no such file").in(name);
        } catch (AccessDeniedException denied) {
            throw new BadTlsFileException("no permission to read it").in(name);
        } catch (BadTlsFileException unusable) {
            throw unusable.in(name);
        } catch (IOException failure) {
            throw new BadTlsFileException("cannot be read: " + failure.getMessage()).in(name);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlsFile file && name.equals(file.name) && Arrays.equals(content, file.content);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(content);
    }

    /** The name only: the content may be a key. */
    @Override
    public String toString() {
        return name;
    }
}
