package kv.commands;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kv.protocol.Request;

/**
 * The arguments of a request as others may see them, in the slow log and in MONITOR: without secrets and the bodies of scripts,
 * at most {@value #ARGS_MAX} of {@value #BYTES_MAX} bytes.
 */
final class ShownArguments {
    static final int ARGS_MAX = 32;
    static final int BYTES_MAX = 128;
    private static final byte[] REDACTED = ascii(Secrets.REDACTED);

    private ShownArguments() {
    }

    /** The command's word and its arguments. */
    static List<byte[]> of(Command command, Request request) {
        int shown = request.argCount() <= ARGS_MAX ? request.argCount() : ARGS_MAX - 1;
        List<byte[]> args = new ArrayList<>(shown + 1);
        for (int arg = 0; arg < shown; arg++) {
            args.add(Secrets.isSecret(command, request, arg) ? REDACTED : argument(request, arg));
        }
        if (shown < request.argCount()) {
            args.add(ascii("... (" + (request.argCount() - shown) + " more arguments)"));
        }
        return args;
    }

    private static byte[] argument(Request request, int arg) {
        int length = request.length(arg);
        int shown = Math.min(length, BYTES_MAX);
        byte[] end = length > shown ? ascii("... (" + (length - shown) + " more bytes)") : new byte[0];
        byte[] bytes = new byte[shown + end.length];
        request.bytes().get(request.start(arg), bytes, 0, shown);
        System.arraycopy(end, 0, bytes, shown, end.length);
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
