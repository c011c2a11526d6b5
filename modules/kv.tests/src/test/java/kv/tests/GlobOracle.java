package kv.tests;

import java.util.BitSet;

/**
 * Glob patterns read the plain way, from their description: element after element, keeping all places that the text can be at.
 */
final class GlobOracle {
    private GlobOracle() {
    }

    static boolean matches(String pattern, String text) {
        BitSet places = new BitSet();
        places.set(0);
        for (int at = 0; at < pattern.length(); ) {
            if (pattern.charAt(at) == '*') {
                if (!places.isEmpty()) {
                    places.set(places.nextSetBit(0), text.length() + 1);
                }
                at++;
                continue;
            }
            BitSet letters = new BitSet();
            at = element(pattern, at, letters);
            BitSet moved = new BitSet();
            for (int place = places.nextSetBit(0); place >= 0 && place < text.length(); place = places.nextSetBit(place + 1)) {
                moved.set(place + 1, letters.get(text.charAt(place)));
            }
            places = moved;
        }
        return places.get(text.length());
    }

    /** Sets the letters that the element at {@code at} stands for; returns where the next one begins. */
    private static int element(String pattern, int at, BitSet letters) {
        boolean lastOne = at + 1 == pattern.length();
        switch (pattern.charAt(at)) {
            case '?' -> letters.set(0, 256);
            case '[' -> {
                return bracket(pattern, at + 1, letters);
            }
            case '\\' -> {
                letters.set(pattern.charAt(lastOne ? at : at + 1));
                return lastOne ? at + 1 : at + 2;
            }
            default -> letters.set(pattern.charAt(at));
        }
        return at + 1;
    }

    private static int bracket(String pattern, int start, BitSet letters) {
        int at = start;
        boolean others = pattern.startsWith("^", at);
        if (others) {
            at++;
        }
        while (at < pattern.length() && pattern.charAt(at) != ']') {
            int left = pattern.length() - at;
            char low = pattern.charAt(at);
            char high = low;
            if (low == '\\' && left > 1) {
                low = high = pattern.charAt(at + 1);
                at += 2;
            } else if (left > 2 && pattern.charAt(at + 1) == '-') {
                high = pattern.charAt(at + 2);
                at += 3;
            } else {
                at++;
            }
            letters.set(Math.min(low, high), Math.max(low, high) + 1);
        }
        if (others) {
            letters.flip(0, 256);
        }
        return Math.min(at + 1, pattern.length());
    }
}
