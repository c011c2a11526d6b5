package kv.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import kv.protocol.ReplyWriter;
import kv.protocol.RespReplyWriter;
import kv.protocol.TextReplyWriter;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Writing one reply into a direct buffer, without the store's copy of the value.
 *
 * <pre>
 * java -cp 'modules/kv.bench/target/classes:modules/kv.bench/target/lib/*' org.openjdk.jmh.Main ReplyBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReplyBenchmark {
    private static final int BUFFER_BYTES = 16 << 10;

    /** The language. */
    @Param({"text", "resp"})
    public String protocol;

    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] value = new byte[Keys.VALUE_BYTES];
    private ReplyWriter replies;

    @Setup
    public void attach() {
        replies = protocol.equals("resp") ? new RespReplyWriter() : new TextReplyWriter();
        replies.attach(bytes -> out.remaining() < bytes ? out.clear() : out);
    }

    @Benchmark
    public ByteBuffer ok() {
        replies.ok();
        return out;
    }

    @Benchmark
    public ByteBuffer missing() {
        replies.missing();
        return out;
    }

    @Benchmark
    public ByteBuffer value() {
        replies.beginValue(value.length);
        if (out.remaining() < value.length) {
            out.clear();
        }
        out.put(value);
        replies.endValue();
        return out;
    }
}
