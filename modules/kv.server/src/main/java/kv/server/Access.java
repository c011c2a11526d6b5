package kv.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import kv.commands.Client;
import kv.commands.Users;
import kv.commands.UsersFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may come in, by the settings: reads password and users, and refuses to let everybody in from anywhere, unless that was
 * asked for.
 */
final class Access implements UsersFile {
    private static final Logger LOG = LoggerFactory.getLogger(KvServer.class);
    private static final int FILE_BYTES_MAX = 16 << 20;

    private final ServerConfig config;
    private final Users users;

    private Access(ServerConfig config, Users users) {
        this.config = config;
        this.users = users;
    }

    /**
     * Sets up the users as the settings have them.
     *
     * @throws IOException if a file cannot be read or is wrong, or everybody would be let in; the message says which, and the
     *         ways out
     */
    static Access open(ServerConfig config, Users users) throws IOException {
        Access access = new Access(config, users);
        byte[] password = access.password();
        if (password != null) {
            users.setDefaultPassword(password);
        }
        if (!config.usersFile().isEmpty()) {
            access.load();
            users.keptIn(access);
        }
        if (!config.openAccess() && access.isBeyondLoopback()) {
            if (users.isOpen()) {
                throw new IOException(access.refusal());
            }
            users.stayClosed(access.refusal());
        } else if (users.isOpen() && access.isBeyondLoopback()) {
            LOG.warn("open-access yes: whoever reaches {} can read and change everything, without a password",
                    access.addresses());
        }
        return access;
    }

    /** Reads the files again, as HUP wants it. What is wrong leaves all as it was, with a line in the log. */
    void reload() {
        try {
            byte[] password = config.passwordFile().isEmpty() ? null : password();
            if (password != null) {
                users.setDefaultPassword(password);
                LOG.info("HUP: the password has been read again");
            }
            if (!config.usersFile().isEmpty()) {
                load();
                LOG.info("HUP: {} has been read again", config.usersFile());
            }
        } catch (IOException wrong) {
            LOG.error("HUP: {}; users stay as they were", wrong.getMessage());
        }
    }

    /** What was given itself, or the first line of the file; null: none. */
    private byte[] password() throws IOException {
        if (config.password() != null || config.passwordFile().isEmpty()) {
            return config.password();
        }
        byte[] all = read("password-file", config.passwordFile());
        int end = 0;
        while (end < all.length && all[end] != '\n') {
            end++;
        }
        if (end > 0 && all[end - 1] == '\r') {
            end--;
        }
        if (end == 0) {
            throw new IOException("password-file: the first line of '" + config.passwordFile() + "' is empty");
        }
        return Arrays.copyOf(all, end);
    }

    private void load() throws IOException {
        loadInto(users::load);
    }

    @Override
    public void load(Consumer<Client> ending) throws IOException {
        loadInto(lines -> users.load(lines, ending));
    }

    private synchronized void loadInto(Consumer<List<String>> wanted) throws IOException {
        List<String> lines = new String(read("users-file", config.usersFile()), StandardCharsets.ISO_8859_1).lines().toList();
        try {
            wanted.accept(lines);
        } catch (IllegalArgumentException wrong) {
            throw new IOException("users-file: '" + config.usersFile() + "': " + wrong.getMessage(), wrong);
        }
    }

    /** The new file takes the old one's place at once, with its rights; a link stays, and what it leads to is replaced. */
    @Override
    public synchronized void save(List<String> lines) throws IOException {
        Path file = Path.of(config.usersFile()).toRealPath();
        Path made = null;
        try {
            made = Files.createTempFile(file.getParent(), "users", ".tmp"); // for its owner only
            Files.write(made, lines, StandardCharsets.ISO_8859_1);
            try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(file));
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
            made = null;
        } catch (IOException failure) {
            throw new IOException("users-file: cannot write '" + file + "': " + failure, failure);
        } finally {
            if (made != null) {
                Files.deleteIfExists(made);
            }
        }
    }

    private static byte[] read(String setting, String file) throws IOException {
        try {
            if (Files.size(Path.of(file)) > FILE_BYTES_MAX) {
                throw new IOException("longer than " + FILE_BYTES_MAX + " bytes");
            }
            return Files.readAllBytes(Path.of(file));
        } catch (IOException failure) {
            throw new IOException(setting + ": cannot read '" + file + "': " + failure, failure);
        }
    }

    private boolean isBeyondLoopback() {
        return !openTo().stream().allMatch(InetAddress::isLoopbackAddress);
    }

    /** Where whoever connects is served without showing a certificate. */
    private List<InetAddress> openTo() {
        List<InetAddress> all = new ArrayList<>(config.port() < 0 ? List.of() : config.bind());
        if (config.tlsPort() >= 0 && !config.tls().requiresCertificates()) {
            all.addAll(config.tlsBind());
        }
        return all;
    }

    private String addresses() {
        return String.join(",", openTo().stream().map(InetAddress::getHostAddress).distinct().toList());
    }

    /** Why nobody may come in without a password, and the ways out. */
    private String refusal() {
        return "bind " + addresses() + ": beyond loopback everybody could read and change everything, for "
                + (config.usersFile().isEmpty() ? "no password is set" : "a user needs no password (nopass)")
                + "; set --password-file or KV_PASSWORD, or a --users-file without nopass, or bind to 127.0.0.1,::1, or say "
                + "--open-access yes";
    }
}
