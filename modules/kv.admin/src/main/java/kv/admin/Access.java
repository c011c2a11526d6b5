package kv.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Who may ask, and by which name. Owner: the admin loop. */
final class Access {
    // A page on another site can make its visitor's browser ask us under a name of its own that points here (DNS rebinding); it
    // cannot make the browser say another name. An address, unlike a name, nobody can point elsewhere.
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+(%[\\w.~-]+)?]");
    private static final Pattern PORT = Pattern.compile(":\\d{0,5}$");

    private final byte[] token;
    private final List<String> names;
    /** The last name that was ours: who asks every second says the same one. */
    private String lastName = "localhost";

    Access(AdminConfig config) {
        token = config.token() == null ? null : config.token().getBytes(StandardCharsets.UTF_8);
        names = config.names();
    }

    /** Whether this is how we may be called. HTTP/1.0 need not say, and no browser speaks it. */
    boolean isOurName(String host) {
        if (host == null || host.equals(lastName)) {
            return true;
        }
        String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
        boolean ours = name.equals("localhost") || ADDRESS.matcher(name).matches() || names.contains(name);
        lastName = ours ? host : lastName;
        return ours;
    }

    /** Whether this Authorization header carries the token: as Bearer, or as the password of any user. */
    boolean isAllowed(String authorization) {
        if (token == null) {
            return true;
        }
        if (authorization == null) {
            return false;
        }
        int blank = authorization.indexOf(' ');
        String scheme = blank < 0 ? "" : authorization.substring(0, blank).toLowerCase(Locale.ROOT);
        String credentials = authorization.substring(blank + 1).strip();
        return switch (scheme) {
            case "bearer" -> isToken(credentials.getBytes(StandardCharsets.ISO_8859_1));
            case "basic" -> isToken(password(credentials));
            default -> false;
        };
    }

    private boolean isToken(byte[] given) {
        return MessageDigest.isEqual(token, given); // takes as long for any wrong one
    }

    private static byte[] password(String credentials) {
        try {
            String userAndPassword = new String(Base64.getDecoder().decode(credentials), StandardCharsets.ISO_8859_1);
            return userAndPassword.substring(userAndPassword.indexOf(':') + 1).getBytes(StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }
}
