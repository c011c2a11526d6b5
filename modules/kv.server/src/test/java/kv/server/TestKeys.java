package kv.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import kv.tls.BadTlsFileException;
import kv.tls.Identity;
import kv.tls.TlsContexts;
import kv.tls.TlsFile;

/** A key store and its certificate in PEM, made by the JDK's keytool in a folder of the test. */
record TestKeys(Path keyStore, Path certificate, Path password) {
    private static final String PASSWORD = "changeit";

    /** @param days how long it is good */
    static TestKeys make(Path folder, String name, int days) throws IOException {
        return make(folder, name, "CN=" + name, days);
    }

    /** @param subject whom the certificate names, as keytool writes it */
    static TestKeys make(Path folder, String name, String subject, int days) throws IOException {
        Path store = folder.resolve(name + ".p12");
        Path certificate = folder.resolve(name + ".pem");
        keytool("-genkeypair", "-alias", name, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", subject, "-validity",
                Integer.toString(days), "-ext", "SAN=ip:127.0.0.1,dns:localhost", "-storetype", "PKCS12", "-keystore",
                store.toString(), "-storepass", PASSWORD);
        keytool("-exportcert", "-rfc", "-alias", name, "-file", certificate.toString(), "-keystore", store.toString(),
                "-storepass", PASSWORD);
        return new TestKeys(store, certificate, Files.writeString(folder.resolve("password"), PASSWORD + "\n"));
    }

    private static void keytool(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(args));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (keytool.waitFor() != 0) {
                throw new IOException(said);
            }
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    /** For {@link LiveServer#start}: no plain port, and this key on the TLS port. */
    String[] settings(String... more) {
        List<String> settings = new ArrayList<>(List.of("port", "off", "tls-port", "0", "tls-keystore", keyStore.toString(),
                "tls-keystore-password-file", password.toString()));
        settings.addAll(List.of(more));
        return settings.toArray(new String[0]);
    }

    Identity identity() throws BadTlsFileException {
        return Identity.ofPkcs12(TlsFile.read(keyStore.toString()), TlsFile.read(password.toString()));
    }

    /** For a client that trusts this certificate. @param own what it shows, or null */
    SSLContext client(TestKeys own) throws BadTlsFileException {
        return TlsContexts.context(own == null ? null : own.identity(), TlsFile.read(certificate.toString()));
    }
}
