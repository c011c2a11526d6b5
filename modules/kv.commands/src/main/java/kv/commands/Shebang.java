package kv.commands;

import java.nio.charset.StandardCharsets;

/** The first line of a script, {@code #!lua flags=no-writes,…}, in Redis's words if it is wrong. */
final class Shebang {
    /** Bytes of the line, without its end: left out of what is compiled, so that lines keep their numbers. */
    final int length;
    final boolean isReadOnly;
    /** Null if it is right, or not there. */
    final String error;

    private Shebang(int length, boolean isReadOnly, String error) {
        this.length = length;
        this.isReadOnly = isReadOnly;
        this.error = error;
    }

    static Shebang of(byte[] body) {
        if (body.length < 2 || body[0] != '#' || body[1] != '!') {
            return new Shebang(0, false, null);
        }
        int end = 0;
        while (end < body.length && body[end] != '\n') {
            end++;
        }
        if (end == body.length) {
            return wrong("Invalid script shebang");
        }
        String[] parts = new String(body, 0, end, StandardCharsets.ISO_8859_1).trim().split("\\s+");
        if (!parts[0].equals("#!lua")) {
            return wrong("Unexpected engine in script shebang: " + parts[0]);
        }
        boolean readOnly = false;
        for (int i = 1; i < parts.length; i++) {
            if (!parts[i].startsWith("flags=")) {
                return wrong("Unknown lua shebang option: " + parts[i]);
            }
            for (String flag : parts[i].substring("flags=".length()).split(",", -1)) {
                switch (flag) {
                    case "no-writes" -> readOnly = true;
                    case "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys" -> { }
                    default -> {
                        return wrong("Unexpected flag in script shebang: " + flag);
                    }
                }
            }
        }
        return new Shebang(end, readOnly, null);
    }

    private static Shebang wrong(String message) {
        return new Shebang(0, false, message);
    }
}
