package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of rules, as redis-server 7.0.15 shows it. */
class UserRulesTest {
    private final TestService commands = new TestService();

    @AfterEach
    void close() {
        commands.close();
    }

    private UserRules user(String rules) {
        UserRules user = commands.service.users().newRules();
        for (String rule : rules.split(" ")) {
            assertEquals(null, user.apply(rule));
        }
        return user;
    }

    /** Each line: rules, and what is shown. What both reads and writes a key needs one rule that lets it. */
    @ParameterizedTest
    @CsvSource({"%R~a ~b %W~a %R~b, ~a ~b", "~a %R~a, ~a", "%R~a %R~a %W~b, %R~a %W~b"})
    void keyPattern_saidTwice_isOneForBoth(String rules, String shown) {
        assertEquals(shown, user(rules).keysText());
    }

    @ParameterizedTest
    @CsvSource({"on &a &b, on resetchannels &a &b -@all", "allchannels resetchannels &c, off resetchannels &c -@all",
        "reset, off resetchannels -@all", "&*, off &* -@all"})
    void text_someChannels_beginsWithNone(String rules, String shown) {
        String text = user(rules).text();
        assertEquals(shown, text);
        assertEquals(shown, user(text).text());
    }
}
