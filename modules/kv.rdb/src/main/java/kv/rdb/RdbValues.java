package kv.rdb;

import java.io.IOException;

/** The values that are no strings: what each is called, and how it is passed by. */
final class RdbValues {
    static final int STRING = 0;
    private static final int STREAM = 15;
    private static final int STREAM_2 = 19;
    private static final int STREAM_3 = 21;
    private static final int MODULE_END = 0;
    private static final int STREAM_ID_BYTES = 16;

    private RdbValues() {
    }

    /** What a type is called, or null for an unknown one. */
    static String name(int type) {
        return switch (type) {
            case STRING -> "string";
            case 1, 10, 14, 18 -> "list";
            case 2, 11, 20 -> "set";
            case 3, 5, 12, 17 -> "sorted set";
            case 4, 9, 13, 16, 22, 23, 24, 25 -> "hash";
            case STREAM, STREAM_2, STREAM_3 -> "stream";
            case 7 -> "value of a module";
            default -> null;
        };
    }

    /** @param isValkey whether Valkey's own format, in which type 22 is another */
    static void skip(int type, RdbInput in, boolean isValkey) throws IOException {
        switch (type) {
            case 9, 10, 11, 12, 13, 16, 17, 20, 23 -> in.skipString();
            case 1, 2, 14 -> skipStrings(in, 1);
            case 4 -> skipStrings(in, 2);
            case 3 -> skipOldSortedSet(in);
            case 5 -> skipStringsWith(in, 1, Double.BYTES);
            case 7 -> {
                in.length();
                skipModuleFields(in);
            }
            case 18 -> skipQuickList(in);
            case 22 -> {
                if (isValkey) {
                    skipStringsWith(in, 2, Long.BYTES);
                } else {
                    skipExpiringHash(in);
                }
            }
            case 24 -> {
                in.skip(Long.BYTES);
                skipExpiringHash(in);
            }
            case 25 -> {
                in.skip(Long.BYTES);
                in.skipString();
            }
            case STREAM, STREAM_2, STREAM_3 -> skipStream(in, type);
            default -> throw in.refused("a value of type " + type + ", which is not known here,");
        }
    }

    private static void skipStrings(RdbInput in, int each) throws IOException {
        skipStringsWith(in, each, 0);
    }

    /** Each of so many strings and bytes. */
    private static void skipStringsWith(RdbInput in, int strings, int bytes) throws IOException {
        for (long left = in.length(); left > 0; left--) {
            for (int i = 0; i < strings; i++) {
                in.skipString();
            }
            in.skip(bytes);
        }
    }

    /** Scores as text, of 253 bytes at most; higher lengths are the special numbers. */
    private static void skipOldSortedSet(RdbInput in) throws IOException {
        for (long left = in.length(); left > 0; left--) {
            in.skipString();
            int length = in.unsignedByte();
            in.skip(length < 253 ? length : 0);
        }
    }

    private static void skipQuickList(RdbInput in) throws IOException {
        for (long left = in.length(); left > 0; left--) {
            in.length();
            in.skipString();
        }
    }

    private static void skipExpiringHash(RdbInput in) throws IOException {
        for (long left = in.length(); left > 0; left--) {
            in.length();
            in.skipString();
            in.skipString();
        }
    }

    /** What a module has written, each part with its kind, up to the end's. */
    static void skipModuleFields(RdbInput in) throws IOException {
        for (long kind = in.length(); kind != MODULE_END; kind = in.length()) {
            switch ((int) kind) {
                case 1, 2 -> in.length();
                case 3 -> in.skip(Float.BYTES);
                case 4 -> in.skip(Double.BYTES);
                case 5 -> in.skipString();
                default -> throw in.refused("a module's field of unknown kind " + kind);
            }
        }
    }

    private static void skipStream(RdbInput in, int type) throws IOException {
        skipStrings(in, 2);
        // How many, the last id; later versions: the first id, the highest deleted one, how many ever.
        skipLengths(in, type >= STREAM_2 ? 8 : 3);
        for (long groups = in.length(); groups > 0; groups--) {
            in.skipString();
            skipLengths(in, type >= STREAM_2 ? 3 : 2);
            for (long pending = in.length(); pending > 0; pending--) {
                in.skip(STREAM_ID_BYTES + Long.BYTES);
                in.length();
            }
            for (long consumers = in.length(); consumers > 0; consumers--) {
                in.skipString();
                in.skip(type >= STREAM_3 ? 2 * Long.BYTES : Long.BYTES);
                for (long pending = in.length(); pending > 0; pending--) {
                    in.skip(STREAM_ID_BYTES);
                }
            }
        }
    }

    private static void skipLengths(RdbInput in, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            in.length();
        }
    }
}
