package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kv.protocol.Glob;
import kv.protocol.RespParser;
import kv.protocol.TextParser;

/**
 * What clients send, made up by a fuzzer that sees which branches its inputs take. {@code mvn test} replays the inputs kept in
 * {@code src/test/resources/kv/tests/ParserFuzzTestInputs/}, a folder a method: seeds written by hand, without which the
 * fuzzer gets nowhere, and what it has found.
 *
 * <p>To fuzz, one method at a time (Jazzer takes the first only):
 * {@code JAZZER_FUZZ=1 mvn test -pl modules/kv.tests -am -Dtest=ParserFuzzTest#resp -Dsurefire.failIfNoSpecifiedTests=false}.
 * New inputs gather in {@code .cifuzz-corpus/}; one that fails is written beside the seeds, to stay there once its bug is mended.
 *
 * <p>Seen to fail: without the RESP parser's look at whether a carriage return is the last byte there is, eight inputs do.
 */
class ParserFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void text(byte[] bytes) {
        ParserRun.check(() -> new TextParser(ParserRun.TABLE, ParserRun.LIMITS), bytes);
    }

    @FuzzTest(maxDuration = "3m")
    void resp(byte[] bytes) {
        ParserRun.check(() -> new RespParser(ParserRun.TABLE, ParserRun.LIMITS), bytes);
    }

    /** The first byte says how long the pattern is; the rest is the text. Compared with a matcher written the plain way. */
    @FuzzTest(maxDuration = "3m")
    void glob(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        int patternLength = Math.min(bytes[0] & 0xFF, bytes.length - 1);
        ByteBuffer both = ByteBuffer.wrap(bytes);
        boolean matches = Glob.of(both, 1, patternLength).matches(both, 1 + patternLength, bytes.length - 1 - patternLength);
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        assertEquals(GlobOracle.matches(all.substring(1, 1 + patternLength), all.substring(1 + patternLength)), matches);
    }
}
