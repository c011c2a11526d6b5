package kv.admin;

import java.nio.charset.StandardCharsets;

/** A whole response but for what its connection adds. The body may be shared by several. Immutable, by agreement. */
record Response(int status, String fields, byte[] body) {
    static final String PLAIN = "Content-Type: text/plain; charset=utf-8\r\n";
    /** What Prometheus has understood from the beginning. */
    static final String METRICS = "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n";
    static final String JSON = "Content-Type: application/json\r\n";

    static final Response BAD_REQUEST = error(400, "");
    static final Response NOT_FOUND = error(404, "");
    static final Response NOT_ALLOWED = error(405, "Allow: GET, HEAD\r\n");
    static final Response NOT_OUR_NAME = error(421, "");
    static final Response NO_TOKEN = error(401, "WWW-Authenticate: Bearer realm=\"kv-server\"\r\n"
            + "WWW-Authenticate: Basic realm=\"kv-server\", charset=\"UTF-8\"\r\n");

    static Response text(int status, String text) {
        return new Response(status, PLAIN, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Response error(int status, String fields) {
        return new Response(status, fields + PLAIN, (reason(status) + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Status line and header. */
    byte[] head(boolean keepAlive) {
        return ("HTTP/1.1 " + status + " " + reason(status) + "\r\n" + fields
                + "Content-Length: " + body.length + "\r\n"
                + "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
                + "Cross-Origin-Resource-Policy: same-origin\r\n"
                + (keepAlive ? "" : "Connection: close\r\n") + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 421 -> "Misdirected Request";
            case 500 -> "Internal Server Error";
            default -> "Service Unavailable";
        };
    }
}
