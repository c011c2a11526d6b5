package kv.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/**
 * Private keys out of PEM: PKCS#8 ({@code PRIVATE KEY}), PKCS#1 ({@code RSA PRIVATE KEY}) and SEC1 ({@code EC PRIVATE KEY}). The
 * JDK reads the first; the others are put into its wrapping.
 */
final class PrivateKeys {
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");
    private static final byte[] VERSION = Der.element(Der.INTEGER, new byte[] {0});
    /** 1.2.840.113549.1.1.1, and no parameters. */
    private static final byte[] RSA = Der.element(Der.SEQUENCE,
            Der.element(Der.OBJECT_ID, new byte[] {0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01}),
            new byte[] {0x05, 0x00});
    /** 1.2.840.10045.2.1; its parameters are the curve. */
    private static final byte[] EC_ID = Der.element(Der.OBJECT_ID,
            new byte[] {0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01});

    private PrivateKeys() {
    }

    /** @throws BadTlsFileException if there is none, more than one, or it cannot be read */
    static PrivateKey fromPem(byte[] text) throws BadTlsFileException {
        Pem.Section found = null;
        for (Pem.Section section : Pem.sections(text)) {
            if (section.label().endsWith("PRIVATE KEY")) {
                if (found != null) {
                    throw new BadTlsFileException("it holds more than one private key");
                }
                found = section;
            }
        }
        if (found == null) {
            throw new BadTlsFileException("it holds no private key in PEM (BEGIN ... PRIVATE KEY)");
        }
        if (found.encrypted()) {
            throw new BadTlsFileException("the private key is encrypted; decrypt it (openssl pkey -in FILE -out NEW), and let "
                    + "nobody else read the file");
        }
        return switch (found.label()) {
            case "PRIVATE KEY" -> fromPkcs8(found.der());
            case "RSA PRIVATE KEY" -> fromPkcs8(wrapped(RSA, found.der()));
            case "EC PRIVATE KEY" -> fromPkcs8(wrapped(Der.element(Der.SEQUENCE, EC_ID, curve(found.der())), found.der()));
            default -> throw new BadTlsFileException("a key of this kind is not known: " + found.label());
        };
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return Der.element(Der.SEQUENCE, VERSION, algorithm, Der.element(Der.OCTETS, key));
    }

    /** ECPrivateKey ::= SEQUENCE { version, the key's octets, [0] the curve, [1] the public key }. */
    private static byte[] curve(byte[] ecPrivateKey) throws BadTlsFileException {
        ByteBuffer fields = Der.content(ByteBuffer.wrap(ecPrivateKey), Der.SEQUENCE);
        if (fields == null || Der.content(fields, Der.INTEGER) == null || Der.content(fields, Der.OCTETS) == null) {
            throw new BadTlsFileException("the EC private key is damaged");
        }
        ByteBuffer curve = Der.content(fields, Der.EXPLICIT_0);
        if (curve == null) {
            throw new BadTlsFileException("the EC private key does not name its curve; write it as PKCS#8 (openssl pkcs8 -topk8 "
                    + "-nocrypt)");
        }
        byte[] bytes = new byte[curve.remaining()];
        curve.get(bytes);
        return bytes;
    }

    private static PrivateKey fromPkcs8(byte[] der) throws BadTlsFileException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException another) {
                // the next one, perhaps
            }
        }
        throw new BadTlsFileException("the private key cannot be read: it is damaged, or neither RSA, EC nor EdDSA");
    }
}
