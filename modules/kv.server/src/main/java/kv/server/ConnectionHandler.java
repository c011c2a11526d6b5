package kv.server;

import java.nio.ByteBuffer;
import kv.commands.Background;
import kv.commands.Client;
import kv.commands.Executor;
import kv.commands.OutputFullException;
import kv.commands.Postbox;
import kv.commands.ReplyOutput;
import kv.net.BufferExhaustedException;
import kv.net.Exchange;
import kv.net.Hold;
import kv.net.Outbox;
import kv.net.RequestHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets an executor work on what a connection has sent, and tells the event loop how to go on. One per worker thread. */
final class ConnectionHandler implements RequestHandler {
    private static final Logger LOG = LoggerFactory.getLogger(KvServer.class);

    private final Executor executor;
    /** Null if replies wait for no disk. */
    private final DataDirectory durability;
    private final Background background;
    private final ExchangeOutput output = new ExchangeOutput();

    ConnectionHandler(Executor executor, DataDirectory durability, Background background) {
        this.executor = executor;
        this.background = background;
        this.durability = durability;
    }

    @Override
    public void beginBatch(long receivedNanos, boolean slow) {
        executor.beginBatch(receivedNanos, slow);
    }

    @Override
    public int handle(Exchange exchange) {
        ServedClient served = (ServedClient) exchange.state();
        Client client = served.client;
        ByteBuffer in = exchange.input();
        output.exchange = exchange;
        switch (execute(exchange, client, in)) {
            case IDLE -> {
                if (in.hasRemaining()) {
                    exchange.need(executor.neededBytes());
                }
            }
            case PAUSED -> exchange.pause();
            case DEFERRED -> exchange.defer();
            case HELD -> {
                Hold hold = exchange.hold();
                exchange.pause();
                executor.whenReleased(hold::release);
            }
            case DELAYED -> {
                Hold hold = exchange.hold();
                if (in.hasRemaining()) {
                    exchange.pause();
                }
                background.after(executor.delayMillis(), hold::release);
            }
            case CLOSED -> exchange.close();
            case CROSS_PROTOCOL -> {
                LOG.warn("possible cross-protocol attack from {}: connection closed", client.remote());
                exchange.close();
            }
        }
        if (durability != null) {
            durability.holdUntilDurable(exchange, served, executor.takeSeenPosition(), executor.journalWait());
        }
        return executor.executed();
    }

    /** A reply for which there is no room is the load's doing, no failure of ours: its connection is closed, and counted. */
    private Executor.Outcome execute(Exchange exchange, Client client, ByteBuffer in) {
        try {
            return executor.execute(client, in, output);
        } catch (OutputFullException full) {
            if (full.getCause() instanceof BufferExhaustedException exhausted) {
                throw exhausted;
            }
            exchange.discard();
            return Executor.Outcome.CLOSED;
        }
    }

    /** A connection's outbox, as the commands see it. */
    private record OutboxPostbox(Outbox outbox) implements Postbox {
        @Override
        public boolean offer(ByteBuffer message, int waitingBytesMax) {
            return outbox.offer(message, waitingBytesMax);
        }

        @Override
        public void await(boolean more) {
            outbox.await(more);
        }
    }

    /** The exchange of this call, as the commands see it. */
    private static final class ExchangeOutput implements ReplyOutput {
        private Exchange exchange;

        @Override
        public ByteBuffer reserve(int bytes) {
            try {
                return exchange.reserve(bytes);
            } catch (BufferExhaustedException full) {
                throw new OutputFullException(full);
            }
        }

        @Override
        public void discard() {
            exchange.discard();
        }

        @Override
        public void dropFirst(int bytes) {
            exchange.dropFirst(bytes);
        }

        @Override
        public boolean isFull() {
            return exchange.outputIsFull();
        }

        @Override
        public boolean isCancelled() {
            return exchange.isCancelled();
        }

        @Override
        public void late() {
            exchange.late();
        }

        @Override
        public boolean charge(long bytes) {
            if (bytes < 0) {
                exchange.account().release(-bytes);
                return true;
            }
            return exchange.account().charge(bytes);
        }

        @Override
        public void spare(boolean on) {
            exchange.spare(on);
        }

        @Override
        public boolean onSlowLane() {
            return exchange.onSlowLane();
        }

        @Override
        public long receivedNanos() {
            return exchange.receivedNanos();
        }

        @Override
        public long writtenBytes() {
            return exchange.writtenBytes();
        }

        @Override
        public Postbox postbox() {
            return new OutboxPostbox(exchange.outbox());
        }
    }
}
