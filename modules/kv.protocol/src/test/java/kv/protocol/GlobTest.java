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
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("GlobTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 300_000; round++) {
            String pattern = random(random, "ab*?[]^-\\", 9);
            String text = random(random, "ab-]", 9);
            assertEquals(recursive(pattern, text), matches(pattern, text), "'" + pattern + "' on '" + text + "' seed " + seed);
        }
    }

    /** Patterns of more states than fit one number, on keys that lead them on as far as they go. */
    @Test
    void matches_longPatterns_agreeWithAWalkBackToTheLastStar() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("GlobTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder pattern = new StringBuilder();
            StringBuilder text = new StringBuilder();
            for (int i = 55 + random.nextInt(100); i > 0; i--) {
                int kind = random.nextInt(12);
                pattern.append(kind == 0 ? "*" : kind == 1 ? "?" : kind == 2 ? "[^c]" : random.nextBoolean() ? "a" : "b");
                text.append(kind == 0 ? "aab" : kind == 1 ? "c" : pattern.charAt(pattern.length() - 1) == ']' ? "a"
                        : pattern.substring(pattern.length() - 1));
            }
            if (random.nextInt(3) == 0) {
                text.setCharAt(random.nextInt(text.length()), 'c');
            }
            assertEquals(walkBack(pattern.toString(), text.toString()), matches(pattern.toString(), text.toString()),
                    "'" + pattern + "' on '" + text + "' seed " + seed);
        }
        for (int elements = 60; elements < 70; elements++) {
            assertTrue(matches("a".repeat(elements), "a".repeat(elements)));
            assertFalse(matches("a".repeat(elements), "a".repeat(elements + 1)));
            assertFalse(matches("a".repeat(elements), "a".repeat(elements - 1)));
            assertTrue(matches("a".repeat(elements) + "*", "a".repeat(elements + 1)));
            assertTrue(matches("*" + "a".repeat(elements), "b" + "a".repeat(elements)));
            assertFalse(matches("*" + "a".repeat(elements) + "b", "a".repeat(1000)));
        }
    }

    @Test
    void ignoringCase_table_foldsLettersOnly() {
        for (String line : List.of("SAVE save", "s[A-C]ve sbve", "s[a-c]ve SBVE", "MAX* maxmemory", "@ @", "[^A] b", "\\A a",
                "[k-M]x LX")) {
            String[] parts = line.split(" ", 2);
            assertTrue(ignoringCase(parts[0], parts[1]), line);
        }
        for (String line : List.of("@ `", "[ {", "[^a] A", "[^A] a", "\u00e9 \u00c9", "[a-z] @", "] }")) {
            String[] parts = line.split(" ", 2);
            assertFalse(ignoringCase(parts[0], parts[1]), line);
        }
    }

    private static boolean ignoringCase(String pattern, String text) {
        return Glob.ignoringCase(Fixture.buffer(pattern), 0, pattern.length()).matches(Fixture.buffer(text), 0, text.length());
    }

    private static boolean matches(String pattern, String text) {
        return Glob.of(Fixture.buffer("?" + pattern + "*"), 1, pattern.length())
                .matches(Fixture.buffer("b" + text + "b"), 1, text.length());
    }

    /** Of single letters, question marks, stars and "[^c]". */
    private static boolean walkBack(String pattern, String text) {
        String p = pattern.replace("[^c]", "!");
        int at = 0;
        int t = 0;
        int behindStar = -1;
        int starEnd = 0;
        while (t < text.length()) {
            char want = at < p.length() ? p.charAt(at) : 0;
            char c = text.charAt(t);
            if (want == '*') {
                behindStar = ++at;
                starEnd = t;
            } else if (want == '?' || want == '!' && c != 'c' || want == c) {
                at++;
                t++;
            } else if (behindStar < 0) {
                return false;
            } else {
                at = behindStar;
                t = ++starEnd;
            }
        }
        while (at < p.length() && p.charAt(at) == '*') {
            at++;
        }
        return at == p.length();
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
