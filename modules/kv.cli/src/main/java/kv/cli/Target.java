package kv.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Which server is talked to, as whom, and in which of its databases.
 *
 * @param socket        path of a Unix domain socket, instead of host and port; null for none
 * @param user          null: the default user
 * @param password      null: none is sent
 * @param connectMillis how long a connection may take to come about
 * @param encryption    null: it is plain
 */
record Target(String host, int port, String socket, String user, String password, int database, boolean resp3,
        int connectMillis, Encryption encryption) {
    static final String HOST = "127.0.0.1";
    static final int PORT = 9099;
    static final int CONNECT_MILLIS = 5_000;
    static final int DATABASE_MAX = 1_000_000;

    static Target standard() {
        return new Target(HOST, PORT, null, null, null, 0, false, CONNECT_MILLIS, null);
    }

    Target withAddress(String newHost, int newPort) {
        return new Target(newHost, newPort, null, user, password, database, resp3, connectMillis, encryption);
    }

    Target withSocket(String path) {
        return new Target(host, port, path, user, password, database, resp3, connectMillis, encryption);
    }

    Target withLogin(String newUser, String newPassword) {
        return new Target(host, port, socket, newUser, newPassword, database, resp3, connectMillis, encryption);
    }

    Target withDatabase(int number) {
        return new Target(host, port, socket, user, password, number, resp3, connectMillis, encryption);
    }

    Target withResp3(boolean wanted) {
        return new Target(host, port, socket, user, password, database, wanted, connectMillis, encryption);
    }

    Target withConnectMillis(int millis) {
        return new Target(host, port, socket, user, password, database, resp3, millis, encryption);
    }

    Target withEncryption(Encryption wanted) {
        return new Target(host, port, socket, user, password, database, resp3, connectMillis, wanted);
    }

    /** For people: {@code 127.0.0.1:9099}. */
    String address() {
        if (socket != null) {
            return socket;
        }
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /**
     * This, changed by {@code kv://[[USER:]PASSWORD@]HOST[:PORT][/DATABASE]}; the schemes {@code redis} and {@code tcp} are
     * taken too; {@code kvs} and {@code rediss} are for TLS.
     * In user and password {@code %40} stands for an {@code @}, and so on.
     */
    Target withUri(String uri) throws UsageException {
        int schemeEnd = uri.indexOf("://");
        String scheme = schemeEnd < 0 ? "" : uri.substring(0, schemeEnd);
        boolean secured = scheme.equals("kvs") || scheme.equals("rediss");
        if (!secured && !scheme.equals("kv") && !scheme.equals("redis") && !scheme.equals("tcp")) {
            throw new UsageException("-u: the URI does not begin with kv:// or redis://");
        }
        String rest = uri.substring(schemeEnd + 3);
        Target result = secured && encryption == null ? withEncryption(Encryption.STANDARD) : this;
        int slash = rest.indexOf('/', rest.lastIndexOf('@') + 1);
        if (slash >= 0) {
            String number = rest.substring(slash + 1);
            if (!number.isEmpty()) {
                result = result.withDatabase(number("-u: database", number, 0, DATABASE_MAX));
            }
            rest = rest.substring(0, slash);
        }
        int at = rest.lastIndexOf('@');
        if (at >= 0) {
            result = result.withUserInfo(rest.substring(0, at));
            rest = rest.substring(at + 1);
        }
        return result.withHostAndPort(rest);
    }

    private Target withUserInfo(String userInfo) throws UsageException {
        int colon = userInfo.indexOf(':');
        String name = colon > 0 ? decoded(userInfo.substring(0, colon)) : null;
        return withLogin(name, decoded(userInfo.substring(colon + 1)));
    }

    private Target withHostAndPort(String text) throws UsageException {
        boolean literal = text.startsWith("["); // an IPv6 address
        int end = literal ? text.indexOf(']') + 1 : text.indexOf(':');
        String name = end < 0 ? text : text.substring(0, end);
        String after = end < 0 ? "" : text.substring(end);
        if (literal && end == 0 || !after.isEmpty() && !after.startsWith(":")) {
            throw new UsageException("-u: '" + text + "' is no host and port");
        }
        String newHost = literal ? name.substring(1, name.length() - 1) : name;
        int newPort = after.length() < 2 ? port : number("-u: port", after.substring(1), 1, 65_535);
        return withAddress(newHost.isEmpty() ? host : newHost, newPort);
    }

    private static String decoded(String text) throws UsageException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] coded = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < coded.length; i++) {
            if (coded[i] != '%') {
                bytes.write(coded[i]);
                continue;
            }
            int high = i + 2 < coded.length ? Character.digit(coded[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(coded[i + 2], 16);
            if (low < 0) {
                throw new UsageException("-u: a % in user or password is not followed by two hexadecimal digits");
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int number(String what, String text, int min, int max) throws UsageException {
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // said below, together with a number out of range
        }
        throw new UsageException(what + " '" + text + "' is not allowed, allowed: " + min + " to " + max);
    }

    /** Without the password: what is printed may be kept. */
    @Override
    public String toString() {
        return "Target[" + address() + "/" + database + (user == null ? "" : ", user " + user) + "]";
    }
}
