package kv.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/** Whom a certificate's subject names: its CN. */
public final class CommonName {
    /*
     * Read from the bytes that were signed, not from a text made of them: in a text a name could pretend to be several parts. A
     * subject with two CNs is refused, for programs do not agree which of them counts.
     */
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

    private CommonName() {
    }

    /**
     * The name, a char a byte of its UTF-8.
     *
     * @throws CertificateException if there is none, or more than one, or it is written otherwise than in UTF-8 or ASCII
     */
    public static String of(X509Certificate certificate) throws CertificateException {
        try {
            return onlyName(ByteBuffer.wrap(certificate.getSubjectX500Principal().getEncoded()));
        } catch (BadTlsFileException damaged) {
            throw new CertificateException("its subject cannot be read", damaged);
        }
    }

    private static String onlyName(ByteBuffer subject) throws CertificateException, BadTlsFileException {
        String name = null;
        ByteBuffer parts = required(subject, Der.SEQUENCE);
        while (parts.hasRemaining()) {
            ByteBuffer set = required(parts, Der.SET);
            while (set.hasRemaining()) {
                ByteBuffer part = required(set, Der.SEQUENCE);
                if (!Arrays.equals(bytes(required(part, Der.OBJECT_ID)), COMMON_NAME)) {
                    continue;
                }
                if (name != null) {
                    throw new CertificateException("its subject has several CNs");
                }
                name = text(part);
            }
        }
        if (name == null) {
            throw new CertificateException("its subject has no CN");
        }
        return name;
    }

    private static String text(ByteBuffer part) throws CertificateException, BadTlsFileException {
        for (int kind : new int[] {Der.UTF8_STRING, Der.PRINTABLE_STRING, Der.ASCII_STRING}) {
            ByteBuffer content = Der.content(part, kind);
            if (content != null) {
                return new String(bytes(content), StandardCharsets.ISO_8859_1);
            }
        }
        throw new CertificateException("the CN of its subject is written neither in UTF-8 nor in ASCII");
    }

    private static ByteBuffer required(ByteBuffer in, int tag) throws CertificateException, BadTlsFileException {
        ByteBuffer content = Der.content(in, tag);
        if (content == null) {
            throw new CertificateException("its subject cannot be read");
        }
        return content;
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }
}
