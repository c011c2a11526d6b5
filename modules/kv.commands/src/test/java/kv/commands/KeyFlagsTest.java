package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kv.protocol.CommandSpec;
import org.junit.jupiter.api.Test;

class KeyFlagsTest {
    @Test
    void knows_commandsWithKeys_andNoOthers() {
        for (CommandSpec spec : new Commands().resp.commands()) {
            Command command = (Command) spec;
            assertEquals(command.firstKeyArg() > 0, KeyFlags.knows(command), command.fullName);
            if (command.isContainer()) {
                command.subcommands.commands().forEach(sub ->
                        assertEquals(sub.firstKey() > 0, KeyFlags.knows((Command) sub), ((Command) sub).fullName));
            }
        }
    }

    @Test
    void getkeysandflags_optionsThatChangeThem() {
        try (TestService service = new TestService()) {
            TestClient client = service.client();
            assertTrue(client.ask("COMMAND", "GETKEYSANDFLAGS", "SET", "k", "GET").contains("+OW"));
            assertTrue(client.ask("COMMAND", "GETKEYSANDFLAGS", "SET", "k", "v", "get").contains("+access"));
            assertEquals("*2\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+delete\r\n*2\r\n$1\r\nb\r\n*2\r\n+OW\r\n+update\r\n",
                    client.ask("COMMAND", "GETKEYSANDFLAGS", "RENAME", "a", "b"));
        }
    }
}
