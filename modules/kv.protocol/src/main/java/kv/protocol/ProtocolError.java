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
    /** A value, or an argument, that is no whole number of 64 bits. */
    NOT_AN_INTEGER("value is not an integer or out of range"),
    /** A sum of more than 64 bits. */
    NUMBER_OVERFLOW("increment or decrement would overflow"),
    /** Text: the value is not the one that CAS was given. */
    VALUE_DIFFERS("value differs"),
    /** The store has no room for a write; nothing has changed. */
    OUT_OF_MEMORY("out of memory", "OOM command not allowed when used memory > 'maxmemory'."),
    /** The log takes no change, for the disk is full; nothing has changed, and it may go better later. */
    DISK_FULL("disk full", "MISCONF the disk is full: nothing is changed until there is room for the log again"),
    /** The log takes no change any more; the server is about to end. */
    LOG_FAILED("log failed", "MISCONF the log has failed: nothing is changed any more"),
    /** The client has to say first who it is. */
    AUTHENTICATION_REQUIRED("authentication required", "NOAUTH Authentication required."),
    /** Its user may not do that. RESP says what. */
    NOT_ALLOWED("not allowed", "NOPERM"),
    /** No such user, or not with that password. */
    WRONG_PASSWORD("wrong user or password", "WRONGPASS invalid username-password pair or user is disabled."),
    /** A password for a user who needs none. */
    NO_PASSWORD_SET("no password is set", "ERR AUTH <password> called without any password configured for the default user. "
            + "Are you sure your configuration is correct?"),
    /** One connection more than the server takes. */
    TOO_MANY_CONNECTIONS("too many connections", "ERR max number of clients reached"),

    /** RESP: not the number of arguments that the command takes; the reply names the command. */
    WRONG_ARITY("wrong number of arguments"),
    /** RESP: an element that does not start with {@code $}; the reply names the byte. */
    EXPECTED_BULK("Protocol error: expected '$'"),
    /** RESP: an element count that is no number, negative, or over {@link ProtocolLimits#elementsMax}. */
    INVALID_MULTIBULK_LENGTH("Protocol error: invalid multibulk length"),
    /** RESP: an element length that is no number, negative, or over {@link ProtocolLimits#argBytesMax}. */
    INVALID_BULK_LENGTH("Protocol error: invalid bulk length"),
    /** RESP: more than {@link ProtocolLimits#LOGIN_ELEMENTS_MAX} elements of a client that has not said who it is. */
    TOO_MANY_BEFORE_LOGIN("Protocol error: unauthenticated multibulk length"),
    /** RESP: an element over {@link ProtocolLimits#LOGIN_ARG_BYTES_MAX} of such a client. */
    TOO_LONG_BEFORE_LOGIN("Protocol error: unauthenticated bulk length"),
    /** RESP: an element count that does not end. */
    MULTIBULK_COUNT_TOO_LONG("Protocol error: too big mbulk count string"),
    /** RESP: an element length that does not end. */
    BULK_COUNT_TOO_LONG("Protocol error: too big bulk count string"),
    /** RESP: an element that is longer than it said. */
    MISSING_CRLF("Protocol error: expected CRLF after a bulk"),
    /** RESP: a quote in an inline line that is not closed, or not at the end of its field. */
    UNBALANCED_QUOTES("Protocol error: unbalanced quotes in request"),
    /** RESP: an inline line over {@link ProtocolLimits#INLINE_BYTES_MAX}. */
    INLINE_TOO_LONG("Protocol error: too big inline request"),
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
