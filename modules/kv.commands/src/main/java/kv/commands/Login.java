package kv.commands;

import java.util.List;
import kv.protocol.ProtocolError;

/** AUTH, and the option of HELLO that does the same. */
final class Login {
    // What could be an attack here: checking costs (so it is not done here, and once right is remembered), guessing (so a wrong
    // answer comes late, later each time, for this connection alone), finding out who there is (so a name that is none costs the
    // same). Nobody is locked out: that would be an attack on those who share the address.

    private static final long DELAY_MILLIS_MIN = 100;
    private static final long DELAY_MILLIS_MAX = 1000;
    /** Where too many checks wait, the request waits here instead, which takes no memory. */
    private static final long RETRY_MILLIS = 100;

    private Login() {
    }

    /** {@code AUTH [user] password}. */
    static void auth(CommandContext c) {
        if (c.argCount() > 3) {
            c.syntaxError();
        } else if (c.argCount() == 2 && c.server.users.defaultNeedsNoPassword()) {
            c.error(ProtocolError.NO_PASSWORD_SET);
        } else if (attempt(c, c.argCount() == 3 ? c.latin1(1) : Users.DEFAULT, c.argCount() - 1)) {
            c.replies.ok();
        }
    }

    /**
     * Makes the connection that user's, if the password is right; else has replied that it is not, or throws that the request has
     * to wait.
     */
    static boolean attempt(CommandContext c, String name, int passwordArg) {
        Client client = c.client;
        Users users = c.server.users;
        User user = users.find(name);
        if (isRight(c, user, c.copy(passwordArg)) && users.enter(client, user)) {
            return true;
        }
        c.server.denials.login(client, name, c.now);
        c.error(ProtocolError.WRONG_PASSWORD);
        c.delay(Math.min(DELAY_MILLIS_MAX, DELAY_MILLIS_MIN << Math.min(client.failedLogins, 4)));
        client.failedLogins++;
        return false;
    }

    private static boolean isRight(CommandContext c, User user, byte[] password) {
        PasswordCheck before = c.client.passwordCheck;
        c.client.passwordCheck = null;
        if (user != null && user.rules().isOn && user.rules().needsNoPassword) {
            return true;
        }
        byte[] hmac = c.server.users.passwords.hmac(password);
        List<Credential> credentials = c.server.users.credentialsOf(user);
        boolean isSlow = false;
        for (Credential credential : credentials) {
            if (credential.isKnown(hmac) || !credential.isSlow() && credential.isOf(password, hmac)) {
                return true;
            }
            isSlow |= credential.isSlow();
        }
        boolean isChecked = before != null && before.isOf(credentials, hmac);
        if (isSlow && !(isChecked && before.isDone())) {
            throw await(c, isChecked ? before : c.server.users.check(credentials, password, hmac, c.server.background));
        }
        return false;
    }

    private static NotNow await(CommandContext c, PasswordCheck check) {
        if (check == null) {
            return c.waitFor(callback -> c.server.background.after(RETRY_MILLIS, callback));
        }
        c.client.passwordCheck = check;
        return c.waitFor(check::whenDone);
    }
}
