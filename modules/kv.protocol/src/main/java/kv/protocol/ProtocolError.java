package kv.protocol;

import java.nio.charset.StandardCharsets;

/**
 * What a client can do wrong, as far as the protocols see it, and the words for it in both of them.
 *
 * <p>The text protocol says {@code ERROR} and {@link #text()}; RESP says {@code -} and {@link #respText()}.
 */
public enum ProtocolError {

    /** A line without a word. */
    EMPTY_COMMAND("empty command"),
    /** A word that the table does not have. RESP names the word and its arguments. */
    UNKNOWN_COMMAND("unknown command"),
    /** Too few fields in a text line. */
    MISSING_ARGUMENTS("missing arguments"),
    /** Too many fields in a text line, or a field where only an option may stand. */
    TOO_MANY_ARGUMENTS("too many arguments"),
    /** A time to live that is not a whole number of seconds within 1 .. {@link TextOption#SECONDS_MAX}. */
    INVALID_EXPIRE_TIME("invalid expire time"),
    /** A key over {@link ProtocolLimits#keyBytesMax}. */
    KEY_TOO_LONG("key too long"),
    /** A value, or another argument, over {@link ProtocolLimits#valueBytesMax}. */
    VALUE_TOO_LONG("value too long"),
    /** A text line over {@link ProtocolLimits#lineBytesMax}. */
    LINE_TOO_LONG("line too long"),
    /** The store has no room for a write; nothing has changed. */
    OUT_OF_MEMORY("out of memory", "OOM command not allowed when used memory > 'maxmemory'."),
    /** One connection more than the server takes. */
    TOO_MANY_CONNECTIONS("too many connections", "ERR max number of clients reached"),

    /** RESP: not the number of arguments that the command takes; the reply names the command. */
    WRONG_ARITY("wrong number of arguments"),
    /** RESP: a request that does not start with {@code *}; the reply names the byte. */
    EXPECTED_ARRAY("Protocol error: expected '*'"),
    /** RESP: an element that does not start with {@code $}; the reply names the byte. */
    EXPECTED_BULK("Protocol error: expected '$'"),
    /** RESP: an element count that is no number, negative, or over {@link ProtocolLimits#elementsMax}. */
    INVALID_MULTIBULK_LENGTH("Protocol error: invalid multibulk length"),
    /** RESP: an element length that is no number, negative, or over {@link ProtocolLimits#argBytesMax}. */
    INVALID_BULK_LENGTH("Protocol error: invalid bulk length"),
    /** RESP: an element count that does not end. */
    MULTIBULK_COUNT_TOO_LONG("Protocol error: too big mbulk count string"),
    /** RESP: an element length that does not end. */
    BULK_COUNT_TOO_LONG("Protocol error: too big bulk count string"),
    /** RESP: an element that is longer than it said. */
    MISSING_CRLF("Protocol error: expected CRLF after a bulk"),
    /** RESP: a request over {@link ProtocolLimits#REQUEST_BYTES_MAX}. */
    REQUEST_TOO_LONG("Protocol error: too big request");

    private final String text;
    private final String respText;
    final byte[] textReply;
    final byte[] respReply;

    ProtocolError(String text) {
        this(text, "ERR " + text);
    }

    ProtocolError(String text, String respText) {
        this.text = text;
        this.respText = respText;
        textReply = ("ERROR " + text + "\n").getBytes(StandardCharsets.US_ASCII);
        respReply = ("-" + respText + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The text protocol's words, without {@code ERROR}. */
    public String text() {
        return text;
    }

    /** RESP's words with their code, without the {@code -}; where the reply names parts of the request, without those. */
    public String respText() {
        return respText;
    }
}
