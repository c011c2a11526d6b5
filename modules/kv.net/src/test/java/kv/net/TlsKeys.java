package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;

/** A key and its certificate, made by the JDK's keytool for one run of the tests. */
final class TlsKeys {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static SSLContext made;

    private TlsKeys() {
    }

    /** Shows this certificate, and trusts it. */
    static synchronized SSLContext context() throws IOException {
        try {
            if (made == null) {
                made = context(keyStore());
            }
            return made;
        } catch (GeneralSecurityException | InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Closed, or reset if it has sent something meanwhile. */
    static void assertEnds(Socket socket) throws IOException {
        try {
            assertEquals(-1, socket.getInputStream().read());
        } catch (SocketException reset) {
            // as good an end as any
        }
    }

    /** An engine of a server. */
    static SSLEngine engine() {
        try {
            SSLEngine engine = context().createSSLEngine();
            engine.setUseClientMode(false);
            return engine;
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static SSLContext context(KeyStore keys) throws GeneralSecurityException {
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(keys, PASSWORD);
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    private static KeyStore keyStore() throws IOException, InterruptedException, GeneralSecurityException {
        Path folder = Files.createTempDirectory("kv-tls");
        Path file = folder.resolve("keys.p12");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of("-genkeypair", "-alias", "server", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
                "CN=localhost", "-ext", "SAN=ip:127.0.0.1,dns:localhost", "-storetype", "PKCS12", "-keystore", file.toString(),
                "-storepass", new String(PASSWORD)));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes());
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD);
            // trusted, too, by an entry of its own
            keys.setCertificateEntry("trusted", keys.getCertificate("server"));
            return keys;
        } finally {
            Files.delete(file);
            Files.delete(folder);
        }
    }
}
