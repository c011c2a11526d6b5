package kv.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class WireTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "TEXT     | GET k042~ | SET k042 VALUE~ | VALUE VALUE~",
        "RESP     | *2^~$3^~GET^~$4^~k042^~ | *3^~$3^~SET^~$4^~k042^~$10^~VALUE^~ | $10^~VALUE^~",
        "MEMCACHE | get k042^~ | set k042 0 0 10^~VALUE^~ | VALUE k042 0 10^~VALUE^~END^~"})
    void put_anyProtocol_isAsItsServersSpeak(Wire.Protocol protocol, String get, String set, String hit) {
        Wire wire = new Wire(protocol, 4, 10);
        byte[] bytes = new byte[200];
        String found = text(bytes, wire.putHit(bytes, 0, 42));
        String value = found.replaceAll("(?s).*?([a-p]{10}).*", "$1");
        assertEquals(expected(hit, value), found);
        assertEquals(expected(get, value), text(bytes, wire.putRequest(bytes, 0, true, 42)));
        assertEquals(expected(set, value), text(bytes, wire.putRequest(bytes, 0, false, 42)));
    }

    @ParameterizedTest
    @EnumSource
    void check_hitCutAnywhere_isIncomplete(Wire.Protocol protocol) {
        Wire wire = new Wire(protocol, 16, 100);
        byte[] bytes = new byte[300];
        int end = wire.putHit(bytes, 0, 7);
        for (int cut = 1; cut < end; cut++) {
            assertEquals(Wire.INCOMPLETE, wire.check(bytes, 0, cut, true, 7), "cut at " + cut);
        }
        assertEquals(end, wire.check(bytes, 0, end, true, 7));
    }

    @ParameterizedTest
    @EnumSource
    void check_anyByteChanged_isWrong(Wire.Protocol protocol) {
        Wire wire = new Wire(protocol, 16, 100);
        byte[] bytes = new byte[300];
        int end = wire.putHit(bytes, 0, 7);
        for (int i = 0; i < end; i++) {
            bytes[i] ^= 1;
            assertEquals(Wire.WRONG, wire.check(bytes, 0, end, true, 7), "byte " + i);
            bytes[i] ^= 1;
        }
    }

    @Test
    void replyLength_largeValueOfAnotherLength_isFoundWithAllItsBytes() {
        Wire wire = new Wire(Wire.Protocol.RESP, 16, 100);
        byte[] reply = "$3\r\nabc\r\n+OK\r\n".getBytes(StandardCharsets.US_ASCII);
        assertEquals(9, wire.replyLength(reply, 0, reply.length));
        assertEquals(0, wire.replyLength(reply, 0, 8));
    }

    private static String expected(String pattern, String value) {
        return pattern.replace('^', '\r').replace('~', '\n').replaceFirst("VALUE(?=\r?\n)", value);
    }

    private static String text(byte[] bytes, int end) {
        return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    }
}
