package kv.server;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import kv.tls.BadTlsFileException;
import kv.tls.Identity;
import kv.tls.TlsContexts;
import kv.tls.TlsFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the TLS port shows and whom it believes. The files are looked at every ten seconds, by content and through links, for
 * certificates are renewed by programs that know nothing of us; what does not work is refused with a line in the log, and the old
 * stays. Connections keep what they began with.
 *
 * <p>Any thread.
 */
final class TlsKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsKeeper.class);
    private static final long LOOK_MILLIS = 10_000;
    private static final Duration SHORT_OF_LIFE = Duration.ofDays(14);

    private final Thread thread = new Thread(this::watch, "kv-tls-files");
    private final long lookMillis;

    /* Guarded by this. */
    private TlsSettings settings;
    private List<TlsFile> files;
    /** Found to be wrong: not tried, and not told of, again. */
    private List<TlsFile> refused = List.of();
    private String refusedReason = "";
    private boolean closed;

    private volatile InForce inForce;

    /** @param validUntil when the first of the certificates shown ends */
    private record InForce(SSLContext context, SSLParameters parameters, Instant validUntil, boolean namesUsers) {
    }

    private TlsKeeper(TlsSettings settings, long lookMillis) throws BadTlsFileException {
        this.settings = settings;
        this.lookMillis = lookMillis;
        files = read(settings);
        inForce = made(settings, files);
        thread.setDaemon(true);
    }

    /**
     * Reads all files, and looks at them again and again until {@link #close}.
     *
     * @throws BadTlsFileException naming the file, and what is wrong with it
     */
    static TlsKeeper open(TlsSettings settings) throws BadTlsFileException {
        return open(settings, LOOK_MILLIS);
    }

    static TlsKeeper open(TlsSettings settings, long lookMillis) throws BadTlsFileException {
        TlsKeeper keeper = new TlsKeeper(settings, lookMillis);
        keeper.thread.start();
        return keeper;
    }

    /** For one connection. */
    SSLEngine newEngine() {
        InForce now = inForce;
        SSLEngine engine = now.context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(now.parameters);
        return engine;
    }

    /** Whether the certificate that a client shows says which user it is. */
    boolean certificatesNameUsers() {
        return inForce.namesUsers;
    }

    /** When the first of the certificates shown ends. */
    Instant validUntil() {
        return inForce.validUntil;
    }

    /** Looks at the files now. What has changed holds for new connections; a file that is wrong is logged, and the old stays. */
    synchronized void reload() {
        List<TlsFile> found = List.of();
        try {
            found = read(settings);
            if (found.equals(files) || found.equals(refused)) {
                return;
            }
            inForce = made(settings, found);
            files = found;
            refused = List.of();
            refusedReason = "";
        } catch (BadTlsFileException bad) {
            if (!found.isEmpty() || !bad.getMessage().equals(refusedReason)) {
                LOG.warn("TLS: new files refused, the old are kept: {}", bad.getMessage());
            }
            refused = found;
            refusedReason = bad.getMessage();
        }
    }

    /**
     * Takes other settings, all or none of them.
     *
     * @throws BadTlsFileException naming the file that is wrong: nothing is changed then
     * @throws IllegalArgumentException if something is missing, or too much: nothing is changed then
     */
    synchronized void change(TlsSettings next) throws BadTlsFileException {
        next.check();
        List<TlsFile> found = read(next);
        if (next.equals(settings) && found.equals(files)) {
            return;
        }
        inForce = made(next, found);
        settings = next;
        files = found;
        refused = List.of();
        refusedReason = "";
    }

    private static List<TlsFile> read(TlsSettings settings) throws BadTlsFileException {
        List<String> names = Stream.of(settings.cert(), settings.key(), settings.keyStore(), settings.keyStorePasswordFile(),
                settings.ca()).toList();
        TlsFile[] files = new TlsFile[names.size()];
        for (int i = 0; i < files.length; i++) {
            files[i] = names.get(i).isEmpty() ? new TlsFile("", new byte[0]) : TlsFile.read(names.get(i));
        }
        return List.of(files);
    }

    private static InForce made(TlsSettings settings, List<TlsFile> files) throws BadTlsFileException {
        Identity identity = settings.keyStore().isEmpty() ? Identity.ofPem(files.get(0), files.get(1))
                : Identity.ofPkcs12(files.get(2), settings.keyStorePasswordFile().isEmpty() ? null : files.get(3));
        SSLContext context = TlsContexts.context(identity, settings.ca().isEmpty() ? null : files.get(4));
        SSLParameters parameters = TlsContexts.parameters(context);
        if (settings.requiresCertificates()) {
            parameters.setNeedClientAuth(true);
        } else if (settings.wantsCertificates()) {
            parameters.setWantClientAuth(true);
        }
        tell(identity);
        return new InForce(context, parameters, identity.validUntil(), settings.namesUsers());
    }

    private static void tell(Identity identity) {
        if (Instant.now().plus(SHORT_OF_LIFE).isAfter(identity.validUntil())) {
            LOG.warn("TLS: certificate of {} is good until {} only", identity.subject(), identity.validUntil());
        } else {
            LOG.info("TLS: certificate of {}, good until {}", identity.subject(), identity.validUntil());
        }
    }

    private void watch() {
        try {
            while (sleep()) {
                tryReload();
            }
        } catch (InterruptedException nobodyInterruptsThisThread) {
            LOG.error("TLS: renewed files are not noticed any more");
        }
    }

    private void tryReload() {
        try {
            reload();
        } catch (RuntimeException | OutOfMemoryError failure) {
            LOG.error("TLS: cannot look at the files, trying again", failure);
        }
    }

    /** False when it shall end. */
    private synchronized boolean sleep() throws InterruptedException {
        if (!closed) {
            wait(lookMillis);
        }
        return !closed;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
