package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCheckTest extends LiveServer {
    @TempDir
    Path folder;

    private String said;

    private int check() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int status = DataCheck.run(folder.resolve("data").toString(), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        said = bytes.toString(StandardCharsets.UTF_8);
        return status;
    }

    @Test
    void check_ofWholeDamagedAndUsedDirectories_saysHowTheyAre() throws IOException {
        assertEquals(1, check());
        assertTrue(said.contains("no directory"), said);
        KvServer server = start("data-dir", folder.resolve("data").toString());
        assertEquals("+OK\r\n", client().ask("SET", "key", "value"));
        assertEquals(1, check());
        assertTrue(said.contains("in use"), said);
        server.close();
        assertEquals(0, check());
        assertTrue(said.startsWith("checkpoint: none\nlog: 1 records of ") && said.endsWith("\nwhole\n"), said);
        Path segment = folder.resolve("data").resolve("0000000000000001.log");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[80] ^= 1;
        Files.write(segment, bytes);
        assertEquals(1, check());
        assertTrue(said.contains("0000000000000001.log at 0 is damaged"), said);
    }

    @Test
    void commandLine_checkLog_takesADirectory() throws UsageException {
        CommandLine line = CommandLine.parse(new String[] {"--check-log", "/some/where"}, Map.of());
        assertEquals(CommandLine.Action.CHECK_LOG, line.action());
        assertEquals("/some/where", line.config().dataDirectory());
    }
}
