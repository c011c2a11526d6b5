package kv.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a certificate names, and when it names nobody. */
class CommonNameTest {
    @TempDir
    Path folder;

    private String nameOf(String subject) throws IOException, GeneralSecurityException, InterruptedException {
        Path store = new Keytool(folder).storeOf("subject" + subject.hashCode(), subject, "-keyalg", "EC",
                "-groupname", "secp256r1");
        X509Certificate certificate = Certificates.fromPem(Keytool.pem("CERTIFICATE", Keytool.certificate(store))
                .getBytes(StandardCharsets.US_ASCII)).get(0);
        return CommonName.of(certificate);
    }

    private String refusal(String subject) {
        return assertThrows(CertificateException.class, () -> nameOf(subject)).getMessage();
    }

    @Test
    void one_isTheName_asItStandsThere() throws Exception {
        assertEquals("app", nameOf("CN=app, OU=boss, O=company"));
        assertEquals("a, CN=boss", nameOf("CN=\"a, CN=boss\", O=company"));
        assertEquals("J\u00c3\u00bcrgen", nameOf("CN=J\\C3\\BCrgen"), "a char a byte of UTF-8");
    }

    @Test
    void noneOrSeveral_nobody() {
        assertEquals("its subject has no CN", refusal("OU=app, O=company"));
        assertEquals("its subject has several CNs", refusal("CN=app, CN=boss"));
        assertEquals("its subject has several CNs", refusal("CN=app+CN=boss"));
    }
}
