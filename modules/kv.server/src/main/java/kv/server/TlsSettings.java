package kv.server;

/**
 * What the TLS port shows and asks for, as the settings say it: names of files, "" for none.
 *
 * @param clientAuth required, optional, off or auto
 * @param clientUser cn or off
 */
record TlsSettings(String cert, String key, String keyStore, String keyStorePasswordFile, String ca, String clientAuth,
        String clientUser) {
    private static final String AUTO = "auto";

    /** @throws IllegalArgumentException if something is missing, or too much */
    void check() {
        if (keyStore.isEmpty() && (cert.isEmpty() || key.isEmpty())) {
            throw new IllegalArgumentException("tls-cert and tls-key are needed, or tls-keystore");
        }
        if (!keyStore.isEmpty() && !(cert.isEmpty() && key.isEmpty())) {
            throw new IllegalArgumentException("tls-keystore stands instead of tls-cert and tls-key, not beside them");
        }
        if (ca.isEmpty() && wantsCertificates()) {
            throw new IllegalArgumentException("tls-client-auth " + clientAuth + " needs a tls-ca");
        }
        if (namesUsers() && !wantsCertificates()) {
            throw new IllegalArgumentException("tls-client-user " + clientUser
                    + " needs a tls-ca, and clients that are asked for a certificate");
        }
    }

    boolean requiresCertificates() {
        return clientAuth.equals("required") || clientAuth.equals(AUTO) && !ca.isEmpty();
    }

    /** Whether the certificate that a client shows says which user it is. */
    boolean namesUsers() {
        return clientUser.equals("cn");
    }

    /** Whether clients are asked for a certificate. */
    boolean wantsCertificates() {
        return requiresCertificates() || clientAuth.equals("optional");
    }
}
