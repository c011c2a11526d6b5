package kv.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** What TLS is spoken with, of an identity and of whom to trust. */
public final class TlsContexts {
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    /**
     * Only those whose keys are forgotten with the connection, and which protect what they encrypt. The cheapest first: nobody
     * can break either AES, and the one with the shorter key takes less time.
     */
    private static final List<String> CIPHER_SUITES = List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    /** Sessions that may be taken up again; each takes some kilobytes of the heap, with a client's certificate in it. */
    private static final int SESSIONS_MAX = 2000;
    private static final int SESSION_SECONDS = 3600;

    private TlsContexts() {
    }

    /**
     * @param identity what is shown; null = nothing
     * @param trusted in PEM, who may have signed what the other side shows; null = whom the JDK trusts
     * @throws BadTlsFileException naming the file and what is wrong with it
     */
    public static SSLContext context(Identity identity, TlsFile trusted) throws BadTlsFileException {
        return context(identity == null ? null : keyManagers(identity), trusted == null ? null : trustManagers(trusted));
    }

    /** A context that believes anybody, for people who look at what they have not set up yet. */
    public static SSLContext trustingAnybody(Identity identity) {
        return context(identity == null ? null : keyManagers(identity), new TrustManager[] {new TrustsAnybody()});
    }

    private static SSLContext context(KeyManager[] keys, TrustManager[] trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            context.getServerSessionContext().setSessionCacheSize(SESSIONS_MAX);
            context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Protocols and cipher suites, the best first. */
    public static SSLParameters parameters(SSLContext context) {
        SSLParameters parameters = context.getDefaultSSLParameters();
        Set<String> known = Set.of(context.getSupportedSSLParameters().getCipherSuites());
        parameters.setProtocols(PROTOCOLS.toArray(new String[0]));
        parameters.setCipherSuites(CIPHER_SUITES.stream().filter(known::contains).toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        return parameters;
    }

    private static KeyManager[] keyManagers(Identity identity) {
        try {
            KeyStore keys = empty();
            char[] none = {};
            keys.setKeyEntry("own", identity.key(), none, identity.chain());
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, none);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static TrustManager[] trustManagers(TlsFile trusted) throws BadTlsFileException {
        try {
            KeyStore certificates = empty();
            int number = 0;
            for (X509Certificate certificate : Certificates.fromPem(trusted.content())) {
                certificates.setCertificateEntry("trusted-" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(certificates);
            return factory.getTrustManagers();
        } catch (BadTlsFileException bad) {
            throw bad.in(trusted.name());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
