package kv.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GlobTest {

    @Test
    void matches_table_asRedisDoes() {
        for (String line : List.of(
                "* abc", "* ", " ", "a* a", "a* abc", "*c abc", "a*c ac", "a*c abbbc", "*b* abc", "a?c abc", "??? abc",
                "h[ae]llo hello", "h[ae]llo hallo",
                "h[^e]llo hallo", "h[a-b]llo hbllo", "h[b-a]llo hallo", "a\\*c a*c", "a\\?c a?c", "\\[a] [a]",
                "[\\]] ]", "[a-] _", "[abc c", "[^ x", "a\\ a\\", "a** a", "**a a", "*a*a* aa", "[a-cx] x", "\\a a",
                "[-] -", "*\\* a*", "a*[0-9]z abc7z", "\u00e9* \u00e9\u00ff", "[\u00e0-\u00ff] \u00e9")) {
            String[] parts = line.split(" ", 2);
            assertTrue(matches(parts[0], parts[1]), line);
        }
        for (String line : List.of("a ", " a", "a b", "a* ba", "*c abcd", "a?c ac", "? ", "h[^e]llo hello", "h[a-b]llo hcllo",
                "a\\*c abc", "[ x", "[] x", "abc ab", "ab abc", "*a b", "a*b*c acb", "A a", "[a ", "\\\\ a")) {
            String[] parts = line.split(" ", 2);
            assertFalse(matches(parts[0], parts[1]), line);
        }
    }

    @Test
    void matches_randomShortInputs_agreesWithRecursion() {
        long seed = System.nanoTime();
        System.out.println("GlobTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 300_000; round++) {
            String pattern = random(random, "ab*?[]^-\\", 9);
            String text = random(random, "ab-]", 9);
            assertEquals(recursive(pattern, text), matches(pattern, text), "'" + pattern + "' on '" + text + "' seed " + seed);
        }
    }

    @Test
    void steps_manyStars_areBoundedByProduct() {
        String text = "a".repeat(2_000);
        for (String pattern : List.of("a*".repeat(1_000) + "b", "*a".repeat(1_000) + "b", "*" + "a".repeat(1_000) + "b",
                "*" + "a".repeat(1_000) + "b*", "*?".repeat(900) + "b*", "[a-z]*".repeat(300) + "[0-9]",
                "*".repeat(5_000) + "b")) {
            long steps = match(pattern, text);
            assertTrue(steps < 0, pattern);
            assertTrue(-steps <= (pattern.length() + 1L) * (text.length() + 1L), -steps + " steps for " + pattern);
        }
        // The notorious one: its cost does not even depend on the number of stars.
        String pattern = "a*".repeat(1_000) + "b";
        long steps = match(pattern, text);
        assertTrue(-steps <= 4L * text.length(), -steps + " steps");
    }

    @Test
    void steps_patternLongerThanText_givesUpEarly() {
        String pattern = "*" + "a".repeat(1_000_000) + "b";
        String text = "a".repeat(1_000);
        assertTrue(-match(pattern, text) <= 1_002);
    }

    private static boolean matches(String pattern, String text) {
        return Glob.matches(Fixture.buffer("?" + pattern + "*"), 1, pattern.length(),
                Fixture.buffer("b" + text + "b"), 1, text.length());
    }

    private static long match(String pattern, String text) {
        return Glob.match(Fixture.buffer(pattern), 0, pattern.length(), Fixture.buffer(text), 0, text.length());
    }

    private static String random(Random random, String alphabet, int lengthMax) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(lengthMax + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static boolean recursive(String p, String s) {
        if (p.isEmpty()) {
            return s.isEmpty();
        }
        if (p.charAt(0) == '*') {
            return recursive(p.substring(1), s) || (!s.isEmpty() && recursive(p, s.substring(1)));
        }
        if (s.isEmpty()) {
            return false;
        }
        char c = s.charAt(0);
        if (p.charAt(0) == '[') {
            return recursiveBracket(p, s);
        }
        if (p.charAt(0) == '\\' && p.length() > 1) {
            return p.charAt(1) == c && recursive(p.substring(2), s.substring(1));
        }
        return (p.charAt(0) == '?' || p.charAt(0) == c) && recursive(p.substring(1), s.substring(1));
    }

    private static boolean recursiveBracket(String p, String s) {
        char c = s.charAt(0);
        int i = 1;
        boolean not = i < p.length() && p.charAt(i) == '^';
        if (not) {
            i++;
        }
        boolean found = false;
        for (; i < p.length() && p.charAt(i) != ']'; i++) {
            if (p.charAt(i) == '\\' && i + 1 < p.length()) {
                i++;
                found |= p.charAt(i) == c;
            } else if (i + 2 < p.length() && p.charAt(i + 1) == '-') {
                char low = (char) Math.min(p.charAt(i), p.charAt(i + 2));
                char high = (char) Math.max(p.charAt(i), p.charAt(i + 2));
                found |= c >= low && c <= high;
                i += 2;
            } else {
                found |= p.charAt(i) == c;
            }
        }
        return found != not && recursive(p.substring(Math.min(i + 1, p.length())), s.substring(1));
    }
}
