package kv.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In the rows ; stands for CR LF. */
final class RequestHeadTest {

    private static byte[] bytes(String row) {
        return row.replace(";", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static RequestHead parse(String row) {
        byte[] bytes = bytes(row);
        int end = RequestHead.end(bytes, 0, bytes.length);
        return RequestHead.parse(bytes, end);
    }

    /** A head; method, path, host, authorization, whether kept. */
    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.1;Host: h;;~GET / h null true",
        "HEAD /x?y=z HTTP/1.1;hOsT:h:1;;~HEAD /x h:1 null true",
        "GET /? HTTP/1.1;Host: \t h \t;;~GET / h null true",
        "GET / HTTP/1.1;Host: h;Connection: close;;~GET / h null false",
        "GET / HTTP/1.0;;~GET / null null false",
        "GET / HTTP/1.0;Connection: Keep-Alive;;~GET / null null true",
        "GET / HTTP/1.1;Host: h;Authorization: Bearer x y;;~GET / h Bearer x y true",
        "POST / HTTP/1.1;Host: h;Content-Length: 0;;~POST / h null true",
        "GET / HTTP/1.1;Host: h;X-A: \u00e4;X-B:;;~GET / h null true",
    })
    void parse_validHead_isUnderstood(String row) {
        String[] cells = row.split("~");
        RequestHead head = parse(cells[0]);
        assertEquals(cells[1], head.method() + " " + head.path() + " " + head.host() + " " + head.authorization() + " "
                + head.keepsAlive());
        byte[] bytes = bytes(cells[0]);
        for (int cut = 0; cut < bytes.length; cut++) {
            assertEquals(-1, RequestHead.end(bytes, 0, cut));
            assertEquals(bytes.length, RequestHead.end(bytes, cut, bytes.length), "cut at " + cut);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        ";;",
        "GET;;",
        "GET / HTTP/1.1;;",
        "GET  / HTTP/1.1;Host: h;;",
        "GET / HTTP/2.0;Host: h;;",
        "GET / http/1.1;Host: h;;",
        "GET http://h/ HTTP/1.1;Host: h;;",
        "GET * HTTP/1.1;Host: h;;",
        "GET /\u0001 HTTP/1.1;Host: h;;",
        "GET / HTTP/1.1;Host: h;Host: h;;",
        "GET / HTTP/1.1;Host : h;;",
        "GET / HTTP/1.1;Host: h; folded;;",
        "GET / HTTP/1.1;Host: h;no colon;;",
        "GET / HTTP/1.1;Host: h\nX: y;;",
        "GET / HTTP/1.1;Host: h\rX: y;;",
        "GET / HTTP/1.1;Host: h\0;;",
        "POST / HTTP/1.1;Host: h;Content-Length: 5;;",
        "POST / HTTP/1.1;Host: h;Content-Length: 0;Content-Length: 5;;",
        "POST / HTTP/1.1;Host: h;Transfer-Encoding: chunked;;",
        "GET / HTTP/1.1;Host: h;Authorization: a;Authorization: b;;",
        "G\u00c4T / HTTP/1.1;Host: h;;",
    })
    void parse_whatIsNotPlainlyRight_isBroken(String row) {
        assertTrue(parse(row).isBroken(), row);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:9100", "localhost", "LocalHost:1", "[::1]", "[::1]:9100", "10.2.3.4:",
            "kv.example.org", "KV.example.org:9"})
    void host_ours_isTaken(String host) throws Exception {
        assertTrue(access().isOurName(host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example.org", "127.0.0.1.evil.org", "localhost.evil.org", "localhost:x", "", "::1", "[::1",
            "1.2.3", "127.0.0.1@evil", "kv.example.org.",
        "kvxexample.org"})
    void host_other_isRefused(String host) throws Exception {
        assertFalse(access().isOurName(host));
    }

    private static Access access() throws Exception {
        return new Access(new AdminConfig(List.of(InetAddress.getLoopbackAddress()), 0, null, List.of("kv.Example.org")));
    }
}
