package kv.tls;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Certificates out of PEM. */
final class Certificates {
    private Certificates() {
    }

    /** All of them, in the file's order. @throws BadTlsFileException if there is none, or one cannot be read */
    static List<X509Certificate> fromPem(byte[] text) throws BadTlsFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Pem.Section section : Pem.sections(text)) {
            if (section.label().endsWith("CERTIFICATE")) {
                certificates.add(certificate(section.der(), certificates.size() + 1));
            }
        }
        if (certificates.isEmpty()) {
            throw new BadTlsFileException("it holds no certificate in PEM (BEGIN CERTIFICATE)");
        }
        return certificates;
    }

    private static X509Certificate certificate(byte[] der, int number) throws BadTlsFileException {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException damaged) {
            throw new BadTlsFileException("its certificate number " + number + " cannot be read");
        }
    }
}
