package kv.server;

import java.nio.ByteBuffer;
import kv.net.Exchange;
import kv.net.RequestHandler;
import kv.protocol.Request;
import kv.protocol.RequestParser;
import kv.protocol.RespParser;
import kv.protocol.TextParser;

/**
 * Parses and executes what a connection has sent, in one straight line: bytes, request, command, store, reply. One per worker
 * thread.
 */
final class ConnectionHandler implements RequestHandler {
    /** A longer request takes the slow lane: copying it would hold the others of its batch up for too long. */
    private static final int SHORT_REQUEST_BYTES = 256 << 10;

    private final CommandContext context;
    private final ServerState server;
    private final WorkerMetrics metrics;
    /** When the command before ended, which is when this one begins: one reading of the clock a command. */
    private long nanos;

    ConnectionHandler(ServerState server) {
        this.server = server;
        this.context = new CommandContext(server);
        this.metrics = context.metrics;
    }

    @Override
    public void beginBatch() {
        nanos = System.nanoTime();
    }

    @Override
    public void handle(Exchange exchange) {
        ClientState client = (ClientState) exchange.state();
        ByteBuffer in = exchange.input();
        if (client.parser == null) chooseProtocol(client, in.get(in.position()));
        context.enter(exchange, client);
        RequestParser parser = client.parser;
        Request request = context.request;
        while (in.hasRemaining()) {
            int start = in.position();
            switch (parser.parse(in, request)) {
                case REQUEST -> {
                    ServerCommand command = (ServerCommand) request.command();
                    if (mustDefer(command, in.position() - start, exchange)) {
                        in.position(start);
                        exchange.defer();
                        return;
                    }
                    execute(command, client);
                }
                case ERROR -> reject(client, exchange);
                case FATAL -> {
                    context.error(request.error());
                    exchange.close();
                    return;
                }
                case INCOMPLETE -> {
                    exchange.need(parser.neededBytes());
                    return;
                }
            }
            if (exchange.outputIsFull() || exchange.onSlowLane()) {
                if (in.hasRemaining()) exchange.pause();
                return;
            }
        }
    }

    /** The first byte of a connection decides for its whole life. */
    private void chooseProtocol(ClientState client, byte first) {
        client.speaksResp = first == '*';
        client.parser = client.speaksResp ? new RespParser(server.commands.resp, server.limits)
                : new TextParser(server.commands.text, server.limits);
    }

    private static boolean mustDefer(ServerCommand command, int requestBytes, Exchange exchange) {
        return (command.cost == ServerCommand.Cost.LONG || requestBytes > SHORT_REQUEST_BYTES) && !exchange.onSlowLane();
    }

    private void execute(ServerCommand command, ClientState client) {
        command.body.run(context);
        long now = System.nanoTime();
        metrics.record(command.metric, now - nanos);
        nanos = now;
        client.lastCommand = command;
        client.lastNanos = now;
    }

    private void reject(ClientState client, Exchange exchange) {
        if (!client.speaksResp && server.commands.isCrossProtocol(context.request)) {
            server.refuseCrossProtocol(client);
            exchange.close();
            return;
        }
        context.error(context.request.error());
    }
}
