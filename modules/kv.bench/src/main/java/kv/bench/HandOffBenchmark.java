package kv.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import kv.server.KvServer;
import kv.server.ServerConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The way through a live server in this JVM: a batch of PINGs from the socket to the loop, the worker, the loop, the socket. With
 * one PING it is two hand-overs and the wake-ups they need, a figure of the machine's scheduler first of all: compare it within
 * one quiet hour.
 *
 * <pre>
 * java -cp 'modules/kv.bench/target/classes:modules/kv.bench/target/lib/*' org.openjdk.jmh.Main HandOffBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class HandOffBenchmark {
    private static final byte[] PING = "PING\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PONG_BYTES = "+PONG\r\n".length();

    /** PINGs in a batch. */
    @Param({"1", "16", "64"})
    public int pipeline;

    private KvServer server;
    private SocketChannel client;
    private ByteBuffer requests;
    private ByteBuffer replies;

    @Setup
    public void connect() throws IOException {
        server = KvServer.start(ServerConfig.defaults().with("port", "0").with("bind", "127.0.0.1").with("max-memory", "64m"));
        int port = server.addresses().get(0).getPort();
        client = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        requests = ByteBuffer.allocateDirect(pipeline * PING.length);
        for (int i = 0; i < pipeline; i++) {
            requests.put(PING);
        }
        replies = ByteBuffer.allocateDirect(pipeline * PONG_BYTES);
    }

    @TearDown
    public void close() throws IOException {
        client.close();
        server.close();
    }

    @Benchmark
    public byte roundTrip() throws IOException {
        requests.rewind();
        replies.clear();
        while (requests.hasRemaining()) {
            client.write(requests);
        }
        while (replies.hasRemaining()) {
            if (client.read(replies) < 0) {
                throw new IOException("closed by the server");
            }
        }
        // A reply of another length would leave bytes behind, and the next round would not wait for its own.
        if (replies.get(0) != '+' || replies.get(replies.capacity() - 1) != '\n') {
            throw new IOException("no PONG");
        }
        return replies.get(0);
    }
}
