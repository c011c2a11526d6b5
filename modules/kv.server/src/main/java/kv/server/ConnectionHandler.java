package kv.server;

import java.nio.ByteBuffer;
import java.util.stream.Stream;
import kv.net.Exchange;
import kv.net.RequestHandler;
import kv.protocol.Request;
import kv.protocol.RequestParser;
import kv.protocol.RequestParser.Outcome;
import kv.protocol.RespParser;
import kv.protocol.TextParser;

/**
 * Parses and executes what a connection has sent, in one straight line: bytes, request, command, store, reply. One per worker
 * thread.
 */
final class ConnectionHandler implements RequestHandler {
    /**
     * A longer request takes the slow lane: copying it would hold the others of its batch up for too long. A value of 1 MiB, some 150 us,
     * does not, for receiving it has held up the event loop for longer.
     */
    private static final int SHORT_REQUEST_BYTES = (1 << 20) + (64 << 10);

    /** Requests of a pipeline that are parsed before the first of them is executed, so that their cache misses overlap. */
    private static final int PARSED_MAX = 16;

    private final CommandContext context;
    private final ServerState server;
    private final WorkerMetrics metrics;
    private final Request[] requests = Stream.generate(Request::new).limit(PARSED_MAX + 1).toArray(Request[]::new);
    private final int[] starts = new int[PARSED_MAX];
    private final int[] ends = new int[PARSED_MAX];
    private int parsed;
    /** Requests, in this call. */
    private int executed;
    /** When the command before ended, which is when this one begins: one reading of the clock a command. */
    private long nanos;

    ConnectionHandler(ServerState server) {
        this.server = server;
        this.context = new CommandContext(server);
        this.metrics = context.metrics;
    }

    @Override
    public void beginBatch(long receivedNanos, boolean slow) {
        nanos = System.nanoTime();
    }

    @Override
    public int handle(Exchange exchange) {
        executed = 0;
        executeAll(exchange);
        return executed;
    }

    private void executeAll(Exchange exchange) {
        ClientState client = (ClientState) exchange.state();
        ByteBuffer in = exchange.input();
        if (client.parser == null) chooseProtocol(client, in.get(in.position()));
        context.enter(exchange, client);
        RequestParser parser = client.parser;
        int parseMax = exchange.onSlowLane() ? 1 : PARSED_MAX;
        while (in.hasRemaining()) {
            Outcome outcome = parseAhead(parser, in, parseMax);
            if (parsed > 1) prefetch();
            if (!executeParsed(exchange, client, in)) return;
            switch (outcome) {
                case REQUEST -> {
                }
                case ERROR -> {
                    reject(client, requests[parsed]);
                    if (mustStop(exchange, client, in)) return;
                }
                case FATAL -> {
                    context.request = requests[parsed];
                    context.error(context.request.error());
                    exchange.close();
                    return;
                }
                case INCOMPLETE -> {
                    exchange.need(parser.neededBytes());
                    return;
                }
            }
        }
    }

    /** Parses requests as long as they come and there is room; the last outcome is that of requests[parsed], or REQUEST. */
    private Outcome parseAhead(RequestParser parser, ByteBuffer in, int parseMax) {
        for (parsed = 0; parsed < parseMax && in.hasRemaining(); parsed++) {
            Outcome outcome = parser.parse(in, requests[parsed]);
            if (outcome != Outcome.REQUEST) return outcome;
            starts[parsed] = parser.requestStart();
            ends[parsed] = in.position();
        }
        return Outcome.REQUEST;
    }

    private void prefetch() {
        for (int i = 0; i < parsed; i++) {
            Request request = requests[i];
            int key = request.command().firstKey();
            if (key > 0 && key < request.argCount()) context.store.announce(request.bytes(), request.start(key), request.length(key));
        }
        context.store.prefetch();
    }

    /** Executes what was parsed; false if the exchange is over, and what is left has become unread again. */
    private boolean executeParsed(Exchange exchange, ClientState client, ByteBuffer in) {
        int end = in.position();
        for (int i = 0; i < parsed; i++) {
            ServerCommand command = (ServerCommand) requests[i].command();
            if (mustDefer(command, ends[i] - starts[i], exchange)) {
                unread(in, client.parser, starts[i]);
                exchange.defer();
                return false;
            }
            if (ends[i] - starts[i] > CommandContext.LONG_BYTES) exchange.late();
            context.request = requests[i];
            execute(command, client);
            in.position(ends[i]);
            if (mustStop(exchange, client, in)) {
                client.parser.restart();
                return false;
            }
        }
        in.position(end);
        return true;
    }

    private static void unread(ByteBuffer in, RequestParser parser, int start) {
        in.position(start);
        parser.restart();
    }

    /** Whether the client has been told to go, or has enough replies for now. */
    private static boolean mustStop(Exchange exchange, ClientState client, ByteBuffer in) {
        if (client.leaving) {
            exchange.close();
            return true;
        }
        if (!exchange.outputIsFull() && !exchange.onSlowLane()) return false;
        if (in.hasRemaining()) exchange.pause();
        return true;
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
        executed++;
        command.body.run(context);
        long now = System.nanoTime();
        metrics.record(command.metric, now - nanos);
        nanos = now;
        client.lastCommand = command;
        client.lastNanos = now;
    }

    private void reject(ClientState client, Request request) {
        if (!client.speaksResp && server.commands.isCrossProtocol(request)) {
            server.refuseCrossProtocol(client);
            client.leaving = true;
            return;
        }
        context.request = request;
        context.error(request.error());
    }
}
