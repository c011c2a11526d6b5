package kv.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Programs nobody has meant: random, broken, and mere bytes. Whatever they do, it is a result, an error of the script or one
 * of its
 * limits, and all memory comes back. A million: {@code mvn -Plua-fuzz -pl modules/kv.lua test -Dtest=SourceFuzzTest}.
 */
class SourceFuzzTest {

    private static final String[] PIECES = {"a", "b", "=", "==", "~=", "(", ")", "{", "}", "[", "]", "[[", "]]", "[=[", "]=]",
        "'", "\"",
        "--", "--[[", "\n", " ", "if ", " then ", "else ", "elseif ", " end ", "for ", " in ", " do ", "while ", "repeat ",
            " until ",
        "function ", "local ", "return ", "break ", "nil", "true", "false", "and ", "or ", "not ", "..", "...", ".", ":", ",",
            ";", "+", "-",
        "*", "/", "%", "^", "#", "<", "<=", ">", ">=", "1", "0x", "1e", "3.14", "\\", "\\n", "\\255", "\0", "\377", "pcall(",
            "error(",
        "string.rep(", "setmetatable({},{__index=", "('x'):", "unpack{", "loadstring(", "coroutine.wrap(function() "};

    private static byte[] program(Random random) {
        switch (random.nextInt(5)) {
            case 0:
                return new RandomProgram(random).text().getBytes(StandardCharsets.ISO_8859_1);
            case 1, 2:
                return RandomProgram.broken(new RandomProgram(random).text(), random).getBytes(StandardCharsets.ISO_8859_1);
            case 3: {
                StringBuilder text = new StringBuilder();
                for (int i = random.nextInt(40); i >= 0; i--) {
                    text.append(PIECES[random.nextInt(PIECES.length)]);
                }
                return text.toString().getBytes(StandardCharsets.ISO_8859_1);
            }
            default: {
                byte[] bytes = new byte[random.nextInt(60)];
                random.nextBytes(bytes);
                return bytes;
            }
        }
    }

    @Test
    void programs_anyText_noFailureButTheScripts() {
        int programs = Integer.getInteger("kv.lua.programs", 20_000);
        long seed = Long.getLong("kv.seed", 1);
        for (int i = 0; i < programs; i++) {
            byte[] program = program(new Random(seed + i));
            try (Lua lua = new Lua(1 << 20, true)) {
                lua.stepsMax = 20_000;
                lua.run(program, "@user_script");
            } catch (ScriptAbort ended) {
                // A limit: as it should be.
                assertEquals(null, ended.getCause());
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("-Dkv.seed=" + (seed + i) + ": " + new String(program,
                        StandardCharsets.ISO_8859_1), failure);
            }
        }
    }
}
