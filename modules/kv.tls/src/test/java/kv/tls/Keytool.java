package kv.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Keys and certificates made by the JDK's own tool, in a folder of the test. */
final class Keytool {
    static final String PASSWORD = "changeit";

    private final Path folder;

    Keytool(Path folder) {
        this.folder = folder;
    }

    /** A key store with a new key, and a certificate signed by itself. @param algorithm as keytool's options have it */
    Path store(String name, String... algorithm) throws IOException, InterruptedException {
        return storeOf(name, "CN=" + name, algorithm);
    }

    /** @param subject whom the certificate names, as keytool writes it */
    Path storeOf(String name, String subject, String... algorithm) throws IOException, InterruptedException {
        Path file = folder.resolve(name + ".p12");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", name, "-dname", subject, "-ext", "SAN=ip:127.0.0.1,dns:localhost", "-storetype",
                "PKCS12", "-keystore", file.toString(), "-storepass", PASSWORD));
        command.addAll(List.of(algorithm));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        return file;
    }

    static KeyStore open(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    /** The key in PKCS#8. */
    static byte[] key(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = open(store);
        return keys.getKey(keys.aliases().nextElement(), PASSWORD.toCharArray()).getEncoded();
    }

    static byte[] certificate(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = open(store);
        return keys.getCertificate(keys.aliases().nextElement()).getEncoded();
    }

    static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }
}
