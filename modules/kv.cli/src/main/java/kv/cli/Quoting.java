package kv.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How people write bytes: words between blanks, quoted where a word has blanks or bytes that are no text.
 *
 * <p>Invariant: what {@link #quote} gives, {@link #words} reads back as one word of the same bytes.
 */
final class Quoting {
    private static final String ESCAPES = "nrtba";
    private static final byte[] ESCAPED = {'\n', '\r', '\t', '\b', 7};

    private final byte[] line;
    private int at;

    private Quoting(byte[] line) {
        this.line = line;
    }

    /**
     * The words of a line.
     *
     * @throws UsageException if a quote does not end, or something follows its end without a blank
     */
    static List<byte[]> words(byte[] line) throws UsageException {
        Quoting quoting = new Quoting(line);
        List<byte[]> words = new ArrayList<>();
        while (quoting.skipBlanks()) {
            words.add(quoting.word());
        }
        return words;
    }

    /** In double quotes; text in UTF-8 as it is, and all other bytes escaped. */
    static String quote(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length + 2).append('"');
        int i = 0;
        while (i < bytes.length) {
            int length = printableBytes(bytes, i);
            if (length > 0) {
                text.append(new String(bytes, i, length, StandardCharsets.UTF_8));
                i += length;
            } else {
                escape(bytes[i++], text);
            }
        }
        return text.append('"').toString();
    }

    private static void escape(byte value, StringBuilder text) {
        text.append('\\');
        for (int i = 0; i < ESCAPED.length; i++) {
            if (ESCAPED[i] == value) {
                text.append(ESCAPES.charAt(i));
                return;
            }
        }
        if (value == '"' || value == '\\') {
            text.append((char) value);
        } else {
            text.append(String.format("x%02x", value & 0xff));
        }
    }

    /** How many bytes from {@code start} are one character that can be shown as it is; 0 = none. */
    private static int printableBytes(byte[] bytes, int start) {
        int first = bytes[start] & 0xff;
        if (first < 0x80) {
            return first >= ' ' && first < 0x7f && first != '"' && first != '\\' ? 1 : 0;
        }
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (start + length > bytes.length) {
            return 0;
        }
        try {
            CharBuffer character = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, length));
            int code = Character.codePointAt(character, 0);
            boolean isOne = character.length() == Character.charCount(code);
            return isOne && Character.isDefined(code) && !Character.isISOControl(code) && !isInvisible(code) ? length : 0;
        } catch (CharacterCodingException notText) {
            return 0;
        }
    }

    // Marks that change the direction or the look of the text around them would let a value forge what is on the screen.
    private static boolean isInvisible(int code) {
        return switch (Character.getType(code)) {
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.PRIVATE_USE,
                 Character.SURROGATE -> true;
            default -> false;
        };
    }

    private boolean skipBlanks() {
        while (at < line.length && isBlank(line[at])) {
            at++;
        }
        return at < line.length;
    }

    private static boolean isBlank(byte value) {
        return value == ' ' || value == '\t' || value == '\r' || value == '\n';
    }

    private byte[] word() throws UsageException {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        while (at < line.length && !isBlank(line[at])) {
            byte next = line[at++];
            if (next == '"' || next == '\'') {
                quoted(next, word);
                if (at < line.length && !isBlank(line[at])) {
                    throw new UsageException("a blank is missing after a closing quote");
                }
            } else {
                word.write(next);
            }
        }
        return word.toByteArray();
    }

    private void quoted(byte quote, ByteArrayOutputStream word) throws UsageException {
        while (at < line.length) {
            byte next = line[at++];
            if (next == quote) {
                return;
            }
            if (next == '\\' && at < line.length && (quote == '"' || line[at] == '\'')) {
                word.write(escaped());
            } else {
                word.write(next);
            }
        }
        throw new UsageException("a quote does not end");
    }

    private int escaped() {
        byte next = line[at++];
        if (next == 'x' && at + 1 < line.length) {
            int high = Character.digit(line[at], 16);
            int low = Character.digit(line[at + 1], 16);
            if (high >= 0 && low >= 0) {
                at += 2;
                return high << 4 | low;
            }
        }
        int known = ESCAPES.indexOf(next);
        return known >= 0 ? ESCAPED[known] : next;
    }
}
