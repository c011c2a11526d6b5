package kv.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import kv.commands.Background;
import kv.commands.Client;
import kv.commands.CommandService;
import kv.commands.Executor;
import kv.commands.Postbox;
import kv.commands.ReplyOutput;
import kv.commands.ServerView;
import kv.protocol.ProtocolLimits;
import kv.store.KeyValueStore;

/**
 * The commands on a store, and one client of them, without a socket.
 *
 * <p>Owner: one thread.
 */
final class OneClient {
    private final Executor executor;
    private final Client client;
    private final Replies replies = new Replies();

    OneClient(KeyValueStore store) {
        ServerView view = stub(ServerView.class);
        CommandService service = new CommandService(store, ProtocolLimits.defaults(), view, stub(Background.class));
        executor = service.newExecutor();
        client = service.connected(1, "127.0.0.1:1", "127.0.0.1:2");
    }

    /** Its figures are 0, but for the number of databases. */
    private static <T> T stub(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (method.getName().equals("databases")) {
                return KeyValueStore.DATABASES;
            }
            return method.getReturnType() == boolean.class ? (Object) false : method.getReturnType() == int.class ? 0 : null;
        }));
    }

    /** Sends requests at once, and returns the replies to them. */
    String ask(boolean onSlowLane, List<List<String>> requests) {
        StringBuilder text = new StringBuilder();
        for (List<String> request : requests) {
            text.append('*').append(request.size()).append("\r\n");
            request.forEach(arg -> text.append('$').append(arg.length()).append("\r\n").append(arg).append("\r\n"));
        }
        ByteBuffer in = ByteBuffer.wrap(text.toString().getBytes(ISO_8859_1)).order(ByteOrder.nativeOrder());
        replies.buffer.clear();
        replies.onSlowLane = onSlowLane;
        while (in.hasRemaining()) {
            executor.beginBatch(System.nanoTime(), replies.onSlowLane);
            switch (executor.execute(client, in, replies)) {
                case IDLE, PAUSED -> { }
                case DEFERRED -> replies.onSlowLane = true;
                default -> throw new AssertionError("not executed: " + requests);
            }
        }
        return new String(replies.buffer.array(), 0, replies.buffer.position(), ISO_8859_1);
    }

    /** As of {@link Executor#takeSeenPosition}. */
    long takeSeenPosition() {
        return executor.takeSeenPosition();
    }

    private static final class Replies implements ReplyOutput {
        private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.nativeOrder());
        private boolean onSlowLane;

        @Override
        public ByteBuffer reserve(int bytes) {
            return buffer;
        }

        @Override
        public void discard() {
            buffer.clear();
        }

        @Override
        public void dropFirst(int bytes) {
            throw new AssertionError("of a listing, which is not asked for");
        }

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void late() {
        }

        @Override
        public boolean charge(long bytes) {
            return true;
        }

        @Override
        public void spare(boolean on) {
        }

        @Override
        public boolean onSlowLane() {
            return onSlowLane;
        }

        @Override
        public long writtenBytes() {
            return buffer.position();
        }

        @Override
        public long receivedNanos() {
            return System.nanoTime();
        }

        @Override
        public Postbox postbox() {
            throw new AssertionError("of MONITOR, which is not asked for");
        }
    }
}
