package kv.lua;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Strings of one length and one hash, as anybody can make them: two pieces that lead to the same hash, again and again. */
final class CollidingStrings {
    private static final int PIECE = 4;

    private CollidingStrings() {
    }

    static int lengthOf(int count) {
        return PIECE * Integer.numberOfTrailingZeros(count);
    }

    /** @param count a power of two */
    static List<String> make(int count) {
        int length = lengthOf(count);
        Random random = new Random(1);
        List<String> ends = List.of("");
        int hash = length; // the hash begins so, and takes the last byte first
        while (ends.get(0).length() < length) {
            Map<Integer, String> seen = new HashMap<>();
            String piece;
            String other;
            do {
                piece = piece(random);
                other = seen.put(hashOn(hash, piece), piece);
            } while (other == null || other.equals(piece));
            hash = hashOn(hash, piece);
            List<String> longer = new ArrayList<>();
            for (String end : ends) {
                longer.add(piece + end);
                longer.add(other + end);
            }
            ends = longer;
        }
        return ends;
    }

    private static String piece(Random random) {
        char[] letters = new char[PIECE];
        for (int i = 0; i < PIECE; i++) {
            letters[i] = (char) ((random.nextBoolean() ? 'a' : 'A') + random.nextInt(26));
        }
        return new String(letters);
    }

    private static int hashOn(int hash, String piece) {
        int h = hash;
        for (int i = piece.length() - 1; i >= 0; i--) {
            h ^= (h << 5) + (h >>> 2) + piece.charAt(i);
        }
        return h;
    }
}
