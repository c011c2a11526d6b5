package kv.tests;

/** Bytes, as characters of ISO 8859-1, the way people can read them and paste them into redis-cli. */
final class Escaped {
    private static final int SHOWN_MAX = 160;

    private Escaped() {
    }

    /** Shortened. */
    static String of(String bytes) {
        if (bytes.length() <= SHOWN_MAX) {
            return all(bytes);
        }
        return all(bytes.substring(0, SHOWN_MAX)) + "… of " + bytes.length() + " bytes";
    }

    static String all(String bytes) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            switch (c) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '"', '\\' -> text.append('\\').append(c);
                default -> text.append(c >= ' ' && c < 0x7f ? Character.toString(c) : String.format("\\x%02x", (int) c));
            }
        }
        return text.append('"').toString();
    }

    /** A command: its arguments, each in quotes, with blanks between. */
    static String of(String[] command) {
        StringBuilder text = new StringBuilder();
        for (String argument : command) {
            text.append(text.isEmpty() ? "" : " ").append(of(argument));
        }
        return text.toString();
    }
}
