package kv.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The live page: one file with its style and script in it, which the browser may run and nothing else. */
final class Page {
    private Page() {
    }

    static Response load() {
        try (InputStream in = Page.class.getResourceAsStream("page.html")) {
            String html = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String policy = "default-src 'none'; connect-src 'self'; img-src data:; style-src 'sha256-" + digest(html,
                    "<style>", "</style>")
                    + "'; script-src 'sha256-" + digest(html, "<script>", "</script>")
                    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
            return new Response(200, "Content-Type: text/html; charset=utf-8\r\nContent-Security-Policy: " + policy + "\r\n",
                    html.getBytes(StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String digest(String html, String begin, String end) {
        int start = html.indexOf(begin) + begin.length();
        byte[] content = html.substring(start, html.indexOf(end)).getBytes(StandardCharsets.UTF_8);
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
