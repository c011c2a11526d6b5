package kv.tests;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Random commands of the whole table, most of them well formed, with arguments at the edges: numbers, times, empty and binary
 * strings, options repeated and combined, words in odd case, arguments too many and too few.
 *
 * <p>Times never fall into the seconds that a test may take: they are past, far, or {@link #SOON_MILLIS}, after which whoever
 * sends the command waits. Numbers keep days away from where a sum with the time of day overflows.
 *
 * <p>Owner: one thread.
 */
final class CommandGrammar {
    /** A key with this life has ended on all servers a moment later. */
    static final String SOON_MILLIS = "2";

    /**
     * A command a line. Small letters stand for an argument drawn from a pool of that name, {@code *} repeats what is before it,
     * a bracket holds options, of which some are drawn: a word, or a word and its argument.
     */
    private static final String TABLE = """
            GET k
            SET k v [NX XX GET KEEPTTL EX:seconds PX:millis EXAT:at PXAT:atmillis]
            SET k v [NX XX GET KEEPTTL EX:seconds PX:millis EXAT:at PXAT:atmillis]
            SETNX k v
            SETEX k seconds v
            PSETEX k millis v
            GETSET k v
            GETDEL k
            GETEX k [PERSIST EX:seconds PX:millis EXAT:at PXAT:atmillis]
            MGET k*
            MSET kv*
            MSETNX kv*
            STRLEN k
            APPEND k v
            GETRANGE k index index
            SUBSTR k index index
            SETRANGE k offset v
            SETBIT k bitoffset bit
            SETBIT k bitoffset bit
            GETBIT k bitoffset
            BITCOUNT k
            BITCOUNT k index index
            BITCOUNT k index index unit
            BITPOS k bit
            BITPOS k bit index
            BITPOS k bit index index
            BITPOS k bit index index unit
            BITOP bitop k k*
            BITOP NOT k k
            BITFIELD k field*
            BITFIELD k field*
            BITFIELD_RO k field*
            LCS k k [LEN IDX MINMATCHLEN:count WITHMATCHLEN]
            DUMP k
            RESTORE k millis v [REPLACE ABSTTL IDLETIME:count FREQ:count]
            RESTORE k millis payload [REPLACE ABSTTL IDLETIME:count FREQ:count]
            INCR k
            DECR k
            INCRBY k n
            DECRBY k n
            INCRBYFLOAT k f
            DEL k*
            UNLINK k*
            EXISTS k*
            TOUCH k*
            TYPE k
            EXPIRE k seconds [NX XX GT LT]
            PEXPIRE k millis [NX XX GT LT]
            EXPIREAT k at [NX XX GT LT]
            PEXPIREAT k atmillis [NX XX GT LT]
            TTL k
            PTTL k
            EXPIRETIME k
            PEXPIRETIME k
            PERSIST k
            RENAME k k
            RENAMENX k k
            COPY k k [DB:database REPLACE]
            KEYS glob
            SCAN cursor [MATCH:glob COUNT:count TYPE:type]
            RANDOMKEY
            OBJECT ENCODING k
            OBJECT REFCOUNT k
            OBJECT HELP
            OBJECT word k
            MEMORY USAGE k [SAMPLES:count]
            PING
            PING v
            ECHO v
            HELLO
            HELLO version [AUTH:word SETNAME:word]
            RESET
            SELECT database
            CLIENT ID
            CLIENT GETNAME
            CLIENT SETNAME word
            CLIENT INFO
            CLIENT LIST [TYPE:type ID:n]
            CLIENT NO-EVICT word
            CLIENT HELP
            CLIENT word
            SELECT usualdatabase
            MOVE k database
            MOVE k usualdatabase
            COPY k k [DB:usualdatabase REPLACE]
            SWAPDB database database
            SWAPDB usualdatabase usualdatabase
            MULTI
            MULTI
            MULTI
            EXEC
            EXEC
            EXEC
            EXEC
            EXEC
            EXEC
            DISCARD
            WATCH k*
            WATCH k*
            UNWATCH
            FLUSHDB [ASYNC SYNC]
            FLUSHALL [ASYNC SYNC]
            DBSIZE
            TIME
            INFO word
            CONFIG GET setting
            CONFIG GET setting setting
            CONFIG HELP
            CONFIG word
            COMMAND COUNT
            COMMAND INFO name
            COMMAND INFO name name
            COMMAND LIST
            COMMAND GETKEYS name k v
            COMMAND GETKEYSANDFLAGS name k v
            COMMAND GETKEYSANDFLAGS name k v word
            COMMAND GETKEYSANDFLAGS BITFIELD k field*
            COMMAND GETKEYS EVAL v number k*
            ROLE
            WAIT 0 index
            WAIT x index
            COMMAND word
            LATENCY HISTOGRAM name
            LATENCY word
            word k
            """;

    private static final String BINARY = "\0\r\n\u00ff*$ \"'\\";
    private static final String[] KEYS = {"a", "b", "c", "d", "key:1", "key:2", "", BINARY, "{x}y", "1", "K", "k".repeat(300)};
    private static final String[] NUMBERS = {"0", "1", "-1", "2", "10", "-10", "100", "9223372036854775807",
        "-9223372036854775808", "9223372036854775806", "-9223372036854775807", "9223372036854775808", "-9223372036854775809",
        "18446744073709551616", "00", "01", "+1", "-0", " 1", "1 ", "1.0", "0x10", "1e2", "", "x", "\u0661", BINARY};
    private static final String[] FLOATS = {"0", "1", "-1", "0.5", "-1.5", "10.25", "3.0e3", "5e-1", "1E2", ".5", "5.", "+1",
        "-0", "0.1", "1e17", "1e600", "1e4000", "1e5000", "-1e600", "0e99999", "1e-20", "inf", "-inf", "Infinity", "nan", "1_0",
        " 1", "1 ", "", "x", "--1", "1e", "e1", "0x1p3", "9223372036854775807", "99999999999999999999", "1.00000000000000001",
        BINARY};
    private static final String[] SECONDS = {"100", "1000", "5000", "100000", "315360000", "0", "-1", "-100",
        "9223372036854775", "9223372036854776", "-9223372036854775", "-9223372036854776", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "9000000000000000", "1000000000000", "1.5", "", "x", " 100", "+100",
        "0100"};
    private static final String[] MILLIS = {"100000", "1000000", "5000000", SOON_MILLIS, SOON_MILLIS, "0", "-1", "-100000",
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "9000000000000000000", "1000000000000000", "1.5",
        "", "x", "+100000"};
    private static final String[] AT = {"4102444800", "4102444801", "1", "0", "-1", "1000000000", "9223372036854775",
        "9223372036854776", "-9223372036854776", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
        "9000000000000000", "x", ""};
    private static final String[] AT_MILLIS = {"4102444800000", "4102444800499", "4102444800500", "4102444800999", "1", "0", "-1",
        "1000000000000", "9223372036854775807", "9223372036854775806", "-9223372036854775808", "9223372036854775808",
        "9000000000000000000", "x", ""};
    private static final String[] INDEXES = {"0", "1", "2", "3", "5", "-1", "-2", "-3", "-100", "100", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "2147483647", "2147483648", "-2147483649", "4294967296", "x", "", "1.0"};
    private static final String[] OFFSETS = {"0", "1", "5", "20", "100", "1000", "-1", "536870911", "536870912", "1048576",
        "1048577", "2147483647", "2147483648", "4294967295", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "x", ""};
    private static final String[] BIT_OFFSETS = {"0", "1", "7", "8", "9", "31", "63", "64", "100", "#0", "#1", "#3", "4095", "-1",
        "8388607", "8388608", "4294967295", "4294967296", "#9223372036854775807", "9223372036854775807", "9223372036854775808",
        "#", "x", ""};
    private static final String[] BITS = {"0", "1", "1", "0", "2", "-1", "x", "", "01"};
    private static final String[] UNITS = {"BIT", "BYTE", "bit", "x", ""};
    private static final String[] BIT_OPERATIONS = {"AND", "OR", "XOR", "and", "NOT", "x", ""};
    private static final String[] BIT_TYPES = {"u8", "i8", "u1", "i1", "u4", "i5", "u63", "i64", "u16", "i32", "i63", "u33",
        "u64", "i65", "u0", "i", "u", "x8", "", "u08", "U8"};
    private static final String[] BIT_VALUES = {"0", "1", "-1", "127", "128", "-128", "255", "256", "100", "-100", "1000000",
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "x", ""};
    private static final String[] OVERFLOWS = {"WRAP", "SAT", "FAIL", "sat", "x", ""};
    /** Dumps of hello, 12345, 1234567, forty letters a that are packed, a list; one whose checksum is wrong, and no dump. */
    private static final String[] PAYLOADS = {ofHex("000568656c6c6f0a006372df766534200a"), ofHex("00c139300a009d94ea2793fc08b9"),
        ofHex("00c287d612000a00e93e1e362b3b7c5e"), ofHex("00c30928016161e01b000161610a00cf092faaae25831d"),
        ofHex("1201020a0a0000000100816102ff0a0009b9edf594ded995"), ofHex("000568656c6c6f0a006372df766534200b"), ofHex("0a00")};
    private static final String[] GLOBS = {"*", "a", "?", "k*", "*1", "[a-c]", "[^a]", "[c-a]", "key:?", "\\*", "[", "[]",
        "[^]", "[a", "a\\", "**", "", "*[a-", "\\", "[\\]]", "[a-\\", "{x}*", "K", "[\u0080-\u00ff]", BINARY};
    private static final String[] COUNTS = {"1000", "1000", "10", "1", "0", "-1", "x", "", "9223372036854775807",
        "9223372036854775808", "1.5"};
    private static final String[] CURSORS = {"0", "0", "0", "-1", "x", "", "1x", "18446744073709551615", "18446744073709551616",
        " 0", "00", "+0"};
    private static final String[] TYPES = {"string", "STRING", "list", "nosuch", "", "normal", "NORMAL", "master", "replica",
        "pubsub", "foo"};
    private static final String[] DATABASES = {"0", "1", "00", "16", "-1", "x", "", "9223372036854775807", "9223372036854775808",
        "9223372036854776", "-9223372036854776", "4294967296", "2147483648", "1.0"};
    /** Those that commands work in, all but for odd cases. */
    static final List<String> DATABASES_USED = List.of("0", "1", "15");
    private static final String[] VERSIONS = {"2", "3", "3", "2", "1", "4", "0", "-1", "x", "", "9223372036854775808", "3.0"};
    private static final String[] WORDS = {"default", "foo", "on", "OFF", "a b", "", "x\n", "\u0131d", "get", BINARY,
        "w".repeat(100), "q".repeat(200), "name", "id", "\u00e9", "~!", "\u007f"};
    private static final String[] SETTINGS = {"save", "SAVE", "Save", "appendonly", "nosuch", "databases", "", "appendonl?",
        "[", BINARY};
    private static final String[] NAMES = {"get", "GET", "Set", "mset", "nosuch", "", "client", "client|id", "client|nosuch",
        "get|x", BINARY};
    private static final String[] VALUES = {"", "hello", "Hello World", BINARY, "v".repeat(44), "v".repeat(45), "v".repeat(3000)};
    private static final String LONG_VALUE = "w".repeat(40_000);

    private final RandomGenerator random;
    private final String[] rows = TABLE.split("\n");

    CommandGrammar(RandomGenerator random) {
        this.random = random;
    }

    /** Whether the store changes by itself soon after this command. */
    static boolean endsSoon(String[] command) {
        return Arrays.asList(command).contains(SOON_MILLIS);
    }

    /** The same, but for keys that end soon: what is queued is executed later. */
    static String[] withoutHaste(String[] command) {
        return Arrays.stream(command).map(argument -> argument.equals(SOON_MILLIS) ? MILLIS[0] : argument).toArray(String[]::new);
    }

    static boolean isAboutTransactions(String[] command) {
        return List.of("multi", "exec", "discard", "reset").contains(command[0].toLowerCase(Locale.ROOT));
    }

    String[] next() {
        List<String> command = new ArrayList<>();
        String row = any(rows);
        int bracket = row.indexOf('[');
        for (String token : (bracket < 0 ? row : row.substring(0, bracket)).split(" ")) {
            addArgument(command, token);
        }
        if (bracket >= 0) {
            addOptions(command, row.substring(bracket + 1, row.length() - 1).split(" "));
        }
        if (random.nextInt(16) == 0) {
            makeOdd(command);
        }
        for (int i = 0; i < command.size(); i++) {
            if (i == 0 || i > 1 && isWord(command.get(i))) {
                command.set(i, inOddCase(command.get(i)));
            }
        }
        return command.toArray(new String[0]);
    }

    private static boolean isWord(String argument) {
        return argument.length() > 1 && argument.length() < 10 && argument.chars().allMatch(c -> c >= 'A' && c <= 'Z');
    }

    private void addArgument(List<String> command, String token) {
        int times = token.endsWith("*") ? 1 + random.nextInt(5) : 1;
        for (; times > 0; times--) {
            switch (token) {
                case "kv*" -> {
                    command.add(any(KEYS));
                    command.add(value());
                }
                case "k*" -> command.add(any(KEYS));
                case "field*" -> addField(command);
                default -> command.add(drawn(token));
            }
        }
    }

    private void addField(List<String> command) {
        String word = random.nextInt(40) == 0 ? any(WORDS) : usual(new String[] {"GET", "SET", "INCRBY", "OVERFLOW", "get"}, 4);
        command.add(word);
        if (word.equals("OVERFLOW")) {
            command.add(drawn("overflow"));
            return;
        }
        command.add(drawn("bittype"));
        command.add(drawn("bitoffset"));
        if (!word.equalsIgnoreCase("GET")) {
            command.add(drawn("bitvalue"));
        }
    }

    /** Mostly none or one, sometimes many, and the same again. */
    private void addOptions(List<String> command, String[] options) {
        for (int bound = 2; random.nextInt(bound) == 0 && bound < 6; bound++) {
            String[] option = any(options).split(":");
            command.add(option[0]);
            if (option.length > 1 && random.nextInt(20) > 0) {
                command.add(drawn(option[1]));
            }
        }
    }

    private String drawn(String pool) {
        return switch (pool) {
            case "k" -> any(KEYS);
            case "v" -> value();
            case "n" -> any(NUMBERS);
            case "f" -> any(FLOATS);
            case "seconds" -> usual(SECONDS, 5);
            case "millis" -> usual(MILLIS, 5);
            case "at" -> usual(AT, 2);
            case "atmillis" -> usual(AT_MILLIS, 4);
            case "index" -> any(INDEXES);
            case "offset" -> usual(OFFSETS, 6);
            case "glob" -> any(GLOBS);
            case "bitoffset" -> usual(BIT_OFFSETS, 9);
            case "bit" -> usual(BITS, 4);
            case "unit" -> usual(UNITS, 3);
            case "bitop" -> usual(BIT_OPERATIONS, 3);
            case "bittype" -> usual(BIT_TYPES, 11);
            case "bitvalue" -> usual(BIT_VALUES, 13);
            case "overflow" -> usual(OVERFLOWS, 4);
            case "payload" -> any(PAYLOADS);
            case "number" -> Integer.toString(random.nextInt(4));
            case "count" -> any(COUNTS);
            case "cursor" -> any(CURSORS);
            case "type" -> any(TYPES);
            case "database" -> any(DATABASES);
            case "usualdatabase" -> DATABASES_USED.get(random.nextInt(DATABASES_USED.size()));
            case "version" -> any(VERSIONS);
            case "word" -> any(WORDS);
            case "setting" -> any(SETTINGS);
            case "name" -> any(NAMES);
            default -> pool;
        };
    }

    private String value() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> any(NUMBERS);
            case 2 -> any(FLOATS);
            case 3 -> random.nextInt(40) == 0 ? LONG_VALUE : any(VALUES);
            case 4 -> Long.toString(random.nextLong() >> random.nextInt(64));
            default -> any(VALUES);
        };
    }

    /** One of the first so many in most cases, else any. */
    private String usual(String[] pool, int count) {
        return random.nextInt(3) > 0 ? pool[random.nextInt(count)] : any(pool);
    }

    private void makeOdd(List<String> command) {
        int at = 1 + random.nextInt(command.size());
        switch (random.nextInt(4)) {
            case 0 -> command.subList(Math.min(at, command.size()), command.size()).clear();
            case 1 -> command.add(at, any(NUMBERS));
            case 2 -> command.add(at, value());
            default -> {
                if (at < command.size()) {
                    command.set(at, any(WORDS));
                }
            }
        }
    }

    private static String ofHex(String hex) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < hex.length(); i += 2) {
            bytes.append((char) Integer.parseInt(hex, i, i + 2, 16));
        }
        return bytes.toString();
    }

    private String inOddCase(String word) {
        return switch (random.nextInt(8)) {
            case 0 -> word.toLowerCase(Locale.ROOT);
            case 1 -> word.isEmpty() ? word : word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
            default -> word;
        };
    }

    private String any(String[] pool) {
        return pool[random.nextInt(pool.length)];
    }
}
