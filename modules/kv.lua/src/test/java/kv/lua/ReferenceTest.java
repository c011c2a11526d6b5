package kv.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The same programs run by Debian's {@code lua5.1} and by us print the same, messages and line numbers included. Skipped where it
 * is not installed. {@code -Dkv.seed=} makes other programs.
 */
class ReferenceTest {

    /** Shows values so that runs can be compared: addresses are left out, NaN has no sign, tables are shown by their content. */
    private static final String SHOW = """
            local tostring, type, pairs, sort, concat, gsub, byte = tostring, type, pairs, table.sort,
                table.concat, string.gsub, string.byte
            local function show(v, depth)
              local t = type(v)
              if t == 'string' then
                return '"' .. gsub(gsub(v, '0x%x%x%x%x%x%x+', 'ADDRESS'), '%c', function(c) return '#' .. byte(c) end) .. '"'
              end
              if t == 'number' then return v ~= v and 'nan' or tostring(v) end
              if t ~= 'table' then return (gsub(tostring(v), '0x%x+', 'ADDRESS')) end
              if depth > 2 or v == _G then return '{...}' end
              local parts = {}
              for k, x in pairs(v) do parts[#parts + 1] = '[' .. show(k, depth + 1) .. ']=' .. show(x, depth + 1) end
              sort(parts)
              return '{' .. concat(parts, ',') .. '}'
            end
            local function showAll(...)
              local parts = {}
              for i = 1, select('#', ...) do parts[i] = show((select(i, ...)), 0) end
              return concat(parts, ' ')
            end
            """;

    private static final long SEED = Long.getLong("kv.seed", 1);

    @BeforeAll
    static void needReference() {
        assumeTrue(ReferenceLua.isThere(), "lua5.1 is not installed");
    }

    private static String normal(String output) {
        return output.replaceAll("0x[0-9a-f]{6,}", "ADDRESS").replaceAll("-nan", "nan");
    }

    private static void compare(List<String> snippets, boolean isRun) throws Exception {
        StringBuilder program = new StringBuilder(SHOW);
        for (int i = 0; i < snippets.size(); i++) {
            program.append("print(").append(i).append(", showAll((loadstring or load)([==[").append(snippets.get(i))
                    .append("]==], '=t')))\n");
            if (isRun) {
                program.append("print(").append(i).append(", showAll(pcall(loadstring([==[").append(snippets.get(i))
                        .append("]==], '=t') or print)))\n");
            }
        }
        String[] wanted = normal(ReferenceLua.run(program.toString())).split("\n", -1);
        String[] got;
        try (Lua lua = new Lua()) {
            got = normal(lua.run(program.toString())).split("\n", -1);
        }
        boolean crashed = wanted[wanted.length - 1].equals(ReferenceLua.CRASHED);
        int lines = crashed ? wanted.length - 1 : wanted.length;
        for (int i = 0; i < Math.min(lines, got.length); i++) {
            if (!wanted[i].equals(got[i])) {
                int number = Integer.parseInt(wanted[i].split("\t")[0]);
                assertEquals(wanted[i], got[i], "seed " + SEED + ": " + snippets.get(number));
            }
        }
        if (crashed) {
            System.out.println(ReferenceLua.CRASHED + " after line " + lines + " of " + got.length);
            assertTrue(lines <= got.length, "seed " + SEED);
            return;
        }
        assertEquals(wanted.length, got.length, "seed " + SEED + ": lines, the last is " + got[got.length - 1]);
    }

    @Test
    void libraryFunctions_oddArguments_sameResultsAndMessages() throws Exception {
        Random random = new Random(SEED);
        for (int round = 0; round < 8; round++) {
            List<String> snippets = new ArrayList<>();
            for (int i = 0; i < 1500; i++) {
                snippets.add("return " + OddValues.call(random));
            }
            compare(snippets, true);
        }
    }

    @Test
    void programs_random_sameResultsAndMessages() throws Exception {
        Random random = new Random(SEED);
        for (int round = 0; round < 8; round++) {
            List<String> snippets = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                snippets.add(new RandomProgram(random).text());
            }
            compare(snippets, true);
        }
    }

    @Test
    void programs_brokenText_sameSyntaxErrors() throws Exception {
        Random random = new Random(SEED);
        for (int round = 0; round < 4; round++) {
            List<String> snippets = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                snippets.add(RandomProgram.broken(new RandomProgram(random).text(), random));
            }
            // Not run: a broken loop may not end.
            compare(snippets, false);
        }
    }
}
