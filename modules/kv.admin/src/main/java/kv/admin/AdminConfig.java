package kv.admin;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/**
 * Settings of an {@link AdminServer}.
 *
 * @param addresses addresses to listen on, at least one
 * @param port TCP port, 0 to 65,535; 0 takes a free one, the same for all addresses
 * @param token what the page and the metrics ask for; null = nothing, for loopback addresses only
 * @param names host names that a request may be sent to, beside {@code localhost} and all IP addresses
 */
public record AdminConfig(List<InetAddress> addresses, int port, String token, List<String> names) {
    /** A token that can be guessed is none. */
    public static final int TOKEN_CHARS_MIN = 16;

    /** @throws IllegalArgumentException naming what is wrong */
    public AdminConfig {
        addresses = List.copyOf(addresses);
        names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address to listen on");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + ", allowed are 0 to 65535");
        }
        if (token != null && token.length() < TOKEN_CHARS_MIN) {
            throw new IllegalArgumentException("the token has " + token.length() + " characters, at least " + TOKEN_CHARS_MIN
                    + " are needed");
        }
        if (token == null && !addresses.stream().allMatch(InetAddress::isLoopbackAddress)) {
            throw new IllegalArgumentException("beyond loopback a token is needed");
        }
    }
}
