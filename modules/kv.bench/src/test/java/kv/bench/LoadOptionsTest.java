package kv.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LoadOptionsTest {
    @Test
    void parse_nothing_givesDefaults() {
        LoadOptions options = LoadOptions.parse();
        assertEquals(50, options.connections());
        assertEquals(0.9, options.getRatio());
        assertEquals(0, options.ratePerSecond());
    }

    @ParameterizedTest
    @CsvSource({"--prt 1,--prt", "--port,--port", "--port x,--port", "--port 0,--port", "--pipeline 1.5,--pipeline",
        "--get-ratio 1.1,--get-ratio", "--proto http,--proto", "--threads 3 --connections 2,threads",
                "--keys 100 --key-size 2,--key-size", "--seconds 0,--preload"})
    void parse_wrongOption_saysWhich(String args, String named) {
        Exception wrong = assertThrows(IllegalArgumentException.class, () -> LoadOptions.parse(args.split(" ")));
        assertTrue(wrong.getMessage().contains(named), wrong.getMessage());
    }

    @Test
    void help_namesEveryOption() {
        for (LoadOption option : LoadOption.values()) {
            assertTrue(LoadOption.help().contains(option.optionName() + " "));
        }
    }
}
