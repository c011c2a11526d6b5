package kv.commands;

import java.security.MessageDigest;
import java.util.List;

/**
 * A password that is being compared with hashes that take long: for one connection, whose request is handed back meanwhile.
 *
 * <p>Any thread. Keeps 64 bytes of the password at most, and drops them when it has run.
 */
final class PasswordCheck implements Runnable {
    private final List<Credential> credentials;
    private final byte[] hmac;

    // Guarded by this.
    private byte[] password;
    private boolean isDone;
    private Runnable callback;

    PasswordCheck(List<Credential> credentials, byte[] password, byte[] hmac) {
        this.credentials = credentials;
        this.password = Passwords.shortened(password);
        this.hmac = hmac;
    }

    /** Whether it is this very check that somebody wants. */
    boolean isOf(List<Credential> wanted, byte[] wantedHmac) {
        return credentials == wanted && MessageDigest.isEqual(hmac, wantedHmac);
    }

    /** Whether it has ended; if the password was right, its credential {@link Credential#isKnown knows} it now. */
    synchronized boolean isDone() {
        return isDone;
    }

    /** Calls back when it has ended, perhaps at once. */
    void whenDone(Runnable wanted) {
        synchronized (this) {
            if (!isDone) {
                callback = wanted;
                return;
            }
        }
        wanted.run();
    }

    /** On the lane for checks. However it ends, who waits for it goes on. */
    @Override
    public void run() {
        try {
            for (Credential credential : credentials) {
                if (credential.isSlow() && credential.isOf(password, hmac)) {
                    return;
                }
            }
        } finally {
            Runnable waiting;
            synchronized (this) {
                isDone = true;
                password = null;
                waiting = callback;
            }
            if (waiting != null) {
                waiting.run();
            }
        }
    }
}
