package kv.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What one side of a connection shows: a private key, and the certificates for it, its own first. Immutable. */
public final class Identity {
    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private Identity(PrivateKey key, List<X509Certificate> chain) throws BadTlsFileException {
        this.key = key;
        this.chain = List.copyOf(chain);
        if (!belongTogether(key, chain.get(0))) {
            throw new BadTlsFileException("key and certificate do not belong together");
        }
    }

    /**
     * Of two files in PEM.
     *
     * @throws BadTlsFileException naming the file and what is wrong with it
     */
    public static Identity ofPem(TlsFile certificates, TlsFile key) throws BadTlsFileException {
        List<X509Certificate> chain;
        PrivateKey privateKey;
        try {
            chain = Certificates.fromPem(certificates.content());
        } catch (BadTlsFileException bad) {
            throw bad.in(certificates.name());
        }
        try {
            privateKey = PrivateKeys.fromPem(key.content());
            return new Identity(privateKey, chain);
        } catch (BadTlsFileException bad) {
            throw bad.in(key.name());
        }
    }

    /**
     * Of a key store in PKCS#12, which must hold one key.
     *
     * @param password its password, or null for none; a line end behind it is not part of it
     * @throws BadTlsFileException naming the file and what is wrong with it
     */
    public static Identity ofPkcs12(TlsFile store, TlsFile password) throws BadTlsFileException {
        char[] secret = password == null ? new char[0]
                : new String(password.content(), StandardCharsets.UTF_8).lines().findFirst().orElse("").toCharArray();
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(new ByteArrayInputStream(store.content()), secret);
            return onlyKey(keys, secret);
        } catch (BadTlsFileException bad) {
            throw bad.in(store.name());
        } catch (IOException | GeneralSecurityException failure) {
            boolean isPassword = failure instanceof UnrecoverableKeyException
                    || failure.getCause() instanceof UnrecoverableKeyException;
            throw new BadTlsFileException(isPassword ? "the password is wrong" : "it is no key store in PKCS#12, or damaged")
                    .in(store.name());
        }
    }

    private static Identity onlyKey(KeyStore keys, char[] secret) throws GeneralSecurityException, BadTlsFileException {
        List<String> aliases = new ArrayList<>();
        for (String alias : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(alias)) {
                aliases.add(alias);
            }
        }
        if (aliases.size() != 1) {
            throw new BadTlsFileException("it holds " + aliases.size() + " private keys, and must hold one");
        }
        String alias = aliases.get(0);
        Certificate[] certificates = keys.getCertificateChain(alias);
        if (!(keys.getKey(alias, secret) instanceof PrivateKey key) || certificates == null || certificates.length == 0) {
            throw new BadTlsFileException("its key has no certificate");
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : certificates) {
            chain.add((X509Certificate) certificate);
        }
        return new Identity(key, chain);
    }

    /** Asked by signing: right for each kind of key. */
    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "RSASSA-PSS" -> "RSASSA-PSS";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] anything = certificate.getSerialNumber().toByteArray();
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(anything);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(anything);
            return signature.verify(signed);
        } catch (GeneralSecurityException ofAnotherKind) {
            return false;
        }
    }

    /** Until when the first of its certificates to end is good. */
    public Instant validUntil() {
        Instant first = Instant.MAX;
        for (X509Certificate certificate : chain) {
            Instant end = certificate.getNotAfter().toInstant();
            first = end.isBefore(first) ? end : first;
        }
        return first;
    }

    /** Whom the certificate names. */
    public String subject() {
        return chain.get(0).getSubjectX500Principal().getName();
    }

    PrivateKey key() {
        return key;
    }

    X509Certificate[] chain() {
        return chain.toArray(new X509Certificate[0]);
    }
}
