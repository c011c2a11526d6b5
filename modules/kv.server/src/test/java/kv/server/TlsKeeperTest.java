package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import kv.tls.BadTlsFileException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Renewed certificates, and wrong ones. */
@Timeout(600)
class TlsKeeperTest {
    private static final long NEVER_MILLIS = 3_600_000;

    @TempDir
    static Path folder;
    private static TestKeys first;
    private static TestKeys second;

    @BeforeAll
    static void makeKeys() throws IOException {
        first = TestKeys.make(folder, "first", 30);
        second = TestKeys.make(folder, "second", 60);
    }

    private static TlsSettings settings(Path keyStore, String ca) {
        return new TlsSettings("", "", keyStore.toString(), first.password().toString(), ca, "auto", "off");
    }

    private static Instant end(TestKeys keys) throws BadTlsFileException {
        return keys.identity().validUntil();
    }

    @Test
    void reload_linkSwapped_newFilesHold() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), first.keyStore());
        try (TlsKeeper keeper = TlsKeeper.open(settings(link, ""), NEVER_MILLIS)) {
            assertEquals(end(first), keeper.validUntil());
            keeper.reload();
            assertEquals(end(first), keeper.validUntil());
            Path other = Files.createSymbolicLink(folder.resolve("other"), second.keyStore());
            Files.move(other, link, StandardCopyOption.ATOMIC_MOVE);
            keeper.reload();
            assertEquals(end(second), keeper.validUntil());
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void filesReplaced_noticedByItself() throws Exception {
        Path file = Files.copy(first.keyStore(), folder.resolve("changing"));
        try (TlsKeeper keeper = TlsKeeper.open(settings(file, ""), 1)) {
            assertEquals(end(first), keeper.validUntil());
            Files.copy(second.keyStore(), file, StandardCopyOption.REPLACE_EXISTING); // not at once: it is seen half-written, too
            while (!keeper.validUntil().equals(end(second))) {
                Thread.sleep(1); // bounded by the class's timeout
            }
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void reload_damagedOrMissing_oldIsKept_thenRepaired() throws Exception {
        Path file = Files.copy(first.keyStore(), folder.resolve("damaged"));
        try (TlsKeeper keeper = TlsKeeper.open(settings(file, ""), NEVER_MILLIS)) {
            Files.writeString(file, "rubbish");
            keeper.reload();
            keeper.reload();
            assertEquals(end(first), keeper.validUntil());
            Files.delete(file);
            keeper.reload();
            assertEquals(end(first), keeper.validUntil());
            Files.copy(second.keyStore(), file);
            keeper.reload();
            assertEquals(end(second), keeper.validUntil());
        }
    }

    @Test
    void change_allOrNothing() throws Exception {
        try (TlsKeeper keeper = TlsKeeper.open(settings(first.keyStore(), ""), NEVER_MILLIS)) {
            assertFalse(keeper.newEngine().getNeedClientAuth());
            assertThrows(BadTlsFileException.class, () -> keeper.change(settings(second.keyStore(), "/nowhere")));
            assertEquals(end(first), keeper.validUntil());
            keeper.change(settings(second.keyStore(), first.certificate().toString()));
            assertEquals(end(second), keeper.validUntil());
            assertTrue(keeper.newEngine().getNeedClientAuth());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--port off | --port: off, and no --tls-port: nobody could connect",
        "--tls-port 0 | --tls-port: tls-cert and tls-key are needed, or tls-keystore",
        "--tls-port 0 --tls-cert c | --tls-port: tls-cert and tls-key are needed, or tls-keystore",
        "--tls-port 0 --tls-cert c --tls-keystore s | --tls-port: tls-keystore stands instead of tls-cert and tls-key, not "
                + "beside them",
        "--tls-port 0 --tls-keystore s --tls-client-auth optional | --tls-port: tls-client-auth optional needs a tls-ca",
        "--tls-port 0 --tls-keystore s --tls-client-user cn | --tls-port: tls-client-user cn needs a tls-ca, and clients that "
                + "are asked for a certificate",
        "--tls-port 0 --tls-keystore s --tls-ca c --tls-client-auth off --tls-client-user cn | --tls-port: tls-client-user cn "
                + "needs a tls-ca, and clients that are asked for a certificate",
        "--tls-client-auth no | --tls-client-auth: 'no' is not allowed, allowed: required, optional, off, auto",
        "--tls-handshake-timeout 999ms | --tls-handshake-timeout: '999ms' is not allowed, allowed: 1s to 365d, such as 2s, "
                + "5m, 1h",
    })
    void settings_wrong_areNamed(String args, String message) {
        assertEquals(message, assertThrows(UsageException.class,
                () -> CommandLine.parse(args.split(" "), Map.of())).getMessage());
    }

    @Test
    void tlsBind_unlessSaid_isThatOfBind() {
        ServerConfig config = ServerConfig.defaults().with("bind", "127.0.0.1");
        assertEquals(config.bind(), config.tlsBind());
        assertEquals(2, config.with("tls-bind", "127.0.0.1,::1").tlsBind().size());
    }
}
