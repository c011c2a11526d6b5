package kv.bench;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import kv.protocol.CommandSpec;
import kv.protocol.CommandTable;
import kv.protocol.ProtocolLimits;
import kv.protocol.Request;
import kv.protocol.RequestParser;
import kv.protocol.RespParser;
import kv.protocol.TextOption;
import kv.protocol.TextParser;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Both grammars on a pipeline of {@value #REQUESTS} requests in one direct buffer, as a worker meets them; the time is that of
 * one request.
 *
 * <pre>
 * java -cp 'modules/kv.bench/target/classes:modules/kv.bench/target/lib/*' org.openjdk.jmh.Main ParserBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ParserBenchmark {
    static final int REQUESTS = 64;

    /** The grammar. */
    @Param({"text", "resp"})
    public String protocol;

    /** Of the values of SETs, in bytes. */
    @Param({"32", "1024"})
    public int valueSize;

    private final Request request = new Request();
    private RequestParser parser;
    private ByteBuffer gets;
    private ByteBuffer sets;

    @Setup
    public void encode() {
        CommandTable table = new CommandTable(List.of(new CommandSpec("get", 2, Set.of(), 1, 1, 1),
                new CommandSpec("set", 3, Set.of(), 1, 1, 1, TextOption.EXPIRE_SECONDS),
                new CommandSpec("del", 2, Set.of(), 1, 1, 1), new CommandSpec("keys", 2, Set.of(), 0, 0, 0),
                new CommandSpec("stats", 1, Set.of(), 0, 0, 0), new CommandSpec("ping", 1, Set.of(), 0, 0, 0)));
        Wire.Protocol grammar = Wire.Protocol.named(protocol);
        ProtocolLimits limits = ProtocolLimits.defaults();
        parser = grammar == Wire.Protocol.RESP ? new RespParser(table, limits) : new TextParser(table, limits);
        Wire wire = new Wire(grammar, Keys.KEY_BYTES, valueSize);
        gets = pipeline(wire, true);
        sets = pipeline(wire, false);
    }

    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public int get() {
        return parseAll(gets);
    }

    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public int set() {
        return parseAll(sets);
    }

    private int parseAll(ByteBuffer in) {
        in.rewind();
        int keyEnds = 0;
        while (in.hasRemaining()) {
            if (parser.parse(in, request) != RequestParser.Outcome.REQUEST) {
                throw new IllegalStateException("at " + in.position());
            }
            keyEnds += request.start(1) + request.length(1);
        }
        return keyEnds;
    }

    private static ByteBuffer pipeline(Wire wire, boolean isGet) {
        byte[] bytes = new byte[REQUESTS * wire.requestBytesMax()];
        int end = 0;
        for (int key = 0; key < REQUESTS; key++) {
            end = wire.putRequest(bytes, end, isGet, key);
        }
        return ByteBuffer.allocateDirect(end).put(bytes, 0, end).flip();
    }
}
