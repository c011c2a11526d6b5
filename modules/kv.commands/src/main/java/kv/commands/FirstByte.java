package kv.commands;

import java.nio.ByteBuffer;
import kv.protocol.RespParser;
import kv.protocol.TextParser;

/**
 * The first byte of a connection decides for its whole life which protocol it speaks; but CR LF says nothing, and is passed
 * without a reply: {@code redis-cli --pipe} begins with it.
 */
final class FirstByte {
    private FirstByte() {
    }

    /** Gives the client a parser, if that can be decided yet. @return how many bytes are needed for that */
    static int choose(Client client, ByteBuffer in, CommandService service) {
        while (in.hasRemaining()) {
            int start = in.position();
            byte first = in.get(start);
            if (first == '\r' && in.remaining() == 1) {
                return 2;
            }
            if (first != '\r' || in.get(start + 1) != '\n') {
                client.speaksResp = first == '*';
                client.parser = client.speaksResp ? new RespParser(service.commands.resp, service.limits)
                        : new TextParser(service.commands.text, service.limits);
                client.parser.limitToLogin(client.mustLogIn());
                return 1;
            }
            in.position(start + 2);
        }
        return 1;
    }
}
