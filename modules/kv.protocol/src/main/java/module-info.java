/**
 * Wire protocols: bytes to requests, results to bytes. Knows no socket, no store, and not what a command does.
 *
 * <p>In reading order: {@link kv.protocol.CommandSpec} and {@link kv.protocol.CommandTable} (the words there are),
 * {@link kv.protocol.Request} (one request, a view into the input), {@link kv.protocol.RequestParser} with its two grammars,
 * {@link kv.protocol.ReplyWriter} with its two languages, {@link kv.protocol.ProtocolError} (what a client can do wrong).
 */
module kv.protocol {
    exports kv.protocol;
}
