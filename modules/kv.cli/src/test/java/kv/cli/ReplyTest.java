package kv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the bytes of a reply to what is printed. Rows are reply, for people, raw;
 * in them ; stands for CR LF in replies, and for LF in what is printed. */
final class ReplyTest {

    private static String printed(Protocol protocol, String reply, Function<OutputStream, Printer> printer) throws IOException {
        byte[] bytes = reply.replace(";", "\r\n").getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        printer.apply(out).print(protocol.read(in));
        assertEquals(0, in.available(), "bytes left unread");
        return out.toString(StandardCharsets.UTF_8).replace("\n", ";");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "+OK;|OK;|OK;",
        "-ERR no;|(error) ERR no;|ERR no;",
        "!6;ERR no;|(error) ERR no;|ERR no;",
        ":-7;|(integer) -7;|-7;",
        "$5;a\"b c;|\"a\\\"b c\";|a\"b c;",
        "$0;;|\"\";|;",
        "$-1;|(nil);|;",
        "_;|(nil);|;",
        "*-1;|(nil);|;",
        "*0;|(empty array);|",
        "%0;|(empty hash);|",
        "*2;$1;a;:1;|1) \"a\";2) (integer) 1;|a;1;",
        "*2;*2;:1;:2;$-1;|1) 1) (integer) 1;   2) (integer) 2;2) (nil);|1;2;;",
        "%1;+k;*2;:1;:2;|1# k => 1) (integer) 1;   2) (integer) 2;|k;1;2;",
        "~1;+a;|1) a;|a;",
        ",1.5;|(double) 1.5;|1.5;",
        "#t;|(true);|true;",
        "(123;|(big number) 123;|123;",
        ">2;+a;:1;|1) a;2) (integer) 1;|a;1;",
        "=9;txt:a;bc;|a\r;bc;|a\r;bc;",
    })
    void resp_reply_isPrinted(String row) throws IOException {
        String[] cells = row.split("\\|", -1);
        assertEquals(cells[1], printed(new RespProtocol(), cells[0], PrettyPrinter::new));
        assertEquals(cells[2], printed(new RespProtocol(), cells[0], RawPrinter::new));
    }

    /** A reply, as JSON, as comma-separated values. */
    @ParameterizedTest
    @ValueSource(strings = {
        "+OK;~\"OK\";~\"OK\";",
        "-ERR \"no\";~{\"error\":\"ERR \\\"no\\\"\"};~ERROR,\"ERR \\\"no\\\"\";",
        ":-7;~-7;~-7;",
        "$4;a\"\tb;~\"a\\\"\\tb\";~\"a\\\"\\tb\";",
        "$0;;~\"\";~\"\";",
        "$-1;~null;~NULL;",
        "*0;~[];~;",
        "*3;$1;a;:1;$-1;~[\"a\",1,null];~\"a\",1,NULL;",
        "%2;$1;k;*2;:1;#f;:5;_;~{\"k\":[1,false],\"5\":null};~\"k\",1,false,5,NULL;",
        ",1.5;~1.5;~1.5;",
        ",-inf;~\"-inf\";~-inf;",
        "$1;\u0001;~\"\\u0001\";~\"\\x01\";",
        "$3;\u20ac;~\"\u20ac\";~\"\u20ac\";",
    })
    void resp_reply_isPrintedForPrograms(String row) throws IOException {
        String[] cells = row.split("~", -1);
        assertEquals(cells[1], printed(new RespProtocol(), cells[0], JsonPrinter::new));
        assertEquals(cells[2], printed(new RespProtocol(), cells[0], CsvPrinter::new));
    }

    @Test
    void json_noText_isACharacterAByte() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new JsonPrinter(out).print(new Reply.Bytes(new byte[] {(byte) 0xff, 'a', (byte) 0xc3}));
        assertEquals("\"\u00ffa\u00c3\"\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void resp_attributesWithoutEnd_areAnIoException() {
        assertThrows(IOException.class, () -> printed(new RespProtocol(), "|0;".repeat(100_000), RawPrinter::new));
    }

    @Test
    void resp_tenItems_areAligned() throws IOException {
        String pretty = printed(new RespProtocol(), "*10;" + ":0;".repeat(10), PrettyPrinter::new);
        assertEquals(" 1) (integer) 0;", pretty.substring(0, 16));
        assertEquals("10) (integer) 0;", pretty.substring(pretty.length() - 16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+OK", "$5;abc", "$5;abcdefg", "$x;", "$-2;", "*1;", "*99999999999;", "HTTP/1.1 200 OK;",
            "$600000000;",
        "%2000000000;"})
    void resp_brokenReply_isAnIoException(String reply) {
        assertThrows(IOException.class, () -> printed(new RespProtocol(), reply, RawPrinter::new));
    }

    @Test
    void resp_deepNesting_isAnIoException() {
        assertThrows(IOException.class, () -> printed(new RespProtocol(), "*1;".repeat(100_000), RawPrinter::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "VALUE a b;|VALUE a b;|VALUE a b;",
        "ERROR unknown command;|(error) ERROR unknown command;|ERROR unknown command;",
        "VALUE \u001b[2J;|\"VALUE \\x1b[2J\";|VALUE \u001b[2J;",
        "NOT_FOUND;|NOT_FOUND;|NOT_FOUND;",
    })
    void text_reply_isPrinted(String row) throws IOException {
        String[] cells = row.split("\\|", -1);
        assertEquals(cells[1], printed(new TextProtocol(), cells[0], PrettyPrinter::new));
        assertEquals(cells[2], printed(new TextProtocol(), cells[0], RawPrinter::new));
    }

    @Test
    void text_wordItCannotCarry_isRefused() {
        for (String word : new String[] {"", "a b", "a\nb", "a\tb"}) {
            assertThrows(UsageException.class,
                    () -> new TextProtocol().write(Server.bytes("SET", "k", word), new ByteArrayOutputStream()), word);
        }
    }
}
