package kv.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kv.net.Exchange;
import kv.protocol.Output;
import kv.protocol.ProtocolError;
import kv.protocol.ReplyWriter;
import kv.protocol.Request;
import kv.protocol.RespReplyWriter;
import kv.protocol.TextReplyWriter;
import kv.store.StoreSession;
import kv.store.ValueSink;

/**
 * What a command works with: its request, the store, and where its reply goes. One per worker thread, reused for all its
 * commands.
 */
final class CommandContext implements Output {
    /** Copying more than this takes longer, some 40 us, than the event loop had better wait. */
    static final int LONG_BYTES = 256 << 10;
    private static final int QUOTED_BYTES_MAX = 128;

    final ServerState server;
    final StoreSession store;
    final WorkerMetrics metrics;
    /** Of the command that runs. */
    Request request;
    final TextReplyWriter text = new TextReplyWriter();
    final RespReplyWriter resp = new RespReplyWriter();
    final Scratch scratch = new Scratch();
    private final ValueSink valueReply = new ValueReply();
    /** The writer of the protocol that the client speaks: text or resp. */
    ReplyWriter replies;
    Exchange exchange;
    ClientState client;

    CommandContext(ServerState server) {
        this.server = server;
        this.store = server.store.session();
        this.metrics = server.metrics.newWorker();
        text.attach(this);
        resp.attach(this);
    }

    void enter(Exchange exchange, ClientState client) {
        this.exchange = exchange;
        this.client = client;
        replies = client.speaksResp ? resp : text;
        if (client.speaksResp) resp.setProtocol(client.respVersion);
    }

    // ---- the request

    ByteBuffer bytes() {
        return request.bytes();
    }

    int start(int arg) {
        return request.start(arg);
    }

    int length(int arg) {
        return request.length(arg);
    }

    int argCount() {
        return request.argCount();
    }

    /** An argument as an error reply may repeat it: its first {@value #QUOTED_BYTES_MAX} bytes, what is not ASCII as a question mark. */
    String quoted(int arg) {
        byte[] copy = new byte[Math.min(length(arg), QUOTED_BYTES_MAX)];
        bytes().get(start(arg), copy);
        return new String(copy, StandardCharsets.US_ASCII).replace('\uFFFD', '?');
    }

    // ---- the reply

    @Override
    public ByteBuffer reserve(int bytes) {
        return exchange.reserve(bytes);
    }

    /** Replies the value of the key in this argument, or that there is none. */
    void replyValue(int keyArg) {
        if (store.get(bytes(), start(keyArg), length(keyArg), valueReply)) {
            replies.endValue();
        } else {
            replies.missing();
        }
    }

    /** A client's mistake in RESP: the code word and the text. */
    void error(String codeAndText) {
        metrics.errors.increment();
        resp.error(codeAndText);
    }

    void error(ProtocolError error) {
        metrics.errors.increment();
        replies.error(error, request);
    }

    void outOfMemory() {
        error(ProtocolError.OUT_OF_MEMORY);
    }

    void syntaxError() {
        error("ERR syntax error");
    }

    void notAnInteger() {
        error("ERR value is not an integer or out of range");
    }

    /** A value goes straight from the store into the output. */
    private final class ValueReply implements ValueSink {
        @Override
        public void length(int valueBytes) {
            if (valueBytes > LONG_BYTES) exchange.late();
            replies.beginValue(valueBytes);
        }

        @Override
        public ByteBuffer space(int remaining) {
            return exchange.reserve(1);
        }
    }
}
