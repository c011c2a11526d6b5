package kv.cli;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import kv.tls.BadTlsFileException;
import kv.tls.Identity;
import kv.tls.TlsContexts;
import kv.tls.TlsFile;

/**
 * How TLS is spoken with the server; names of files are null where there is none.
 *
 * @param authorities who may have signed the server's certificate, in PEM; null = whom the JDK trusts
 * @param certificate what we show, in PEM
 * @param key         its private key, in PEM
 * @param insecure    whether any certificate will do
 * @param name        what the server's certificate must name, and what it is told; null = the host
 */
record Encryption(String authorities, String certificate, String key, boolean insecure, String name) {
    static final Encryption STANDARD = new Encryption(null, null, null, false, null);

    Encryption withAuthorities(String file) {
        return new Encryption(file, certificate, key, insecure, name);
    }

    Encryption withCertificate(String file) {
        return new Encryption(authorities, file, key, insecure, name);
    }

    Encryption withKey(String file) {
        return new Encryption(authorities, certificate, file, insecure, name);
    }

    Encryption withInsecure() {
        return new Encryption(authorities, certificate, key, true, name);
    }

    Encryption withName(String server) {
        return new Encryption(authorities, certificate, key, insecure, server);
    }

    /**
     * TLS over a connection that has just been opened.
     *
     * @throws IOException if the server is not to be believed, or does not believe us; the message says why
     */
    Socket over(Socket plain, String host, int port) throws IOException {
        SSLContext context = context();
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name == null ? host : name, port, true);
        SSLParameters parameters = TlsContexts.parameters(context);
        if (!insecure) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private SSLContext context() throws BadTlsFileException {
        Identity identity = certificate == null ? null : Identity.ofPem(TlsFile.read(certificate), TlsFile.read(key));
        return insecure ? TlsContexts.trustingAnybody(identity)
                : TlsContexts.context(identity, authorities == null ? null : TlsFile.read(authorities));
    }
}
