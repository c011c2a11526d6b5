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

    /** Each line: rules, and what is shown. What both reads and writes a key needs one rule that lets it. */
    @ParameterizedTest
    @CsvSource({"%R~a ~b %W~a %R~b, ~a ~b", "~a %R~a, ~a", "%R~a %R~a %W~b, %R~a %W~b"})
    void keyPattern_saidTwice_isOneForBoth(String rules, String shown) {
        UserRules user = commands.service.users().newRules();
        for (String rule : rules.split(" ")) {
            assertEquals(null, user.apply(rule));
        }
        assertEquals(shown, user.keysText());
    }
}
