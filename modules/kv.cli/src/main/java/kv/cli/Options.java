package kv.cli;

import java.util.List;

/**
 * What the command line asks for.
 *
 * @param repeats        how often the task is done; 0 = not said
 * @param intervalMillis pause between two times; -1 = not said
 * @param words          the command to send, empty for none
 */
record Options(Task task, String host, int port, boolean text, Format format, boolean lastFromInput, int repeats,
               long intervalMillis, String pattern, List<String> words) {

    enum Task { COMMANDS, LATENCY, STAT, BIG_KEYS, SCAN, VERSION, HELP }

    /** How replies are printed; AUTO = for people on a terminal, raw elsewhere. */
    enum Format { AUTO, RAW, PRETTY }

    static final String HELP = """
            kv-cli: talks to a kv-server

            usage: kv-cli [OPTION]... [COMMAND [ARGUMENT]...]

            With a COMMAND, sends it and prints the reply. Without one, reads commands, one a line: on a terminal as a shell
            with history and completion, else from standard input.

              -h HOST            the server (127.0.0.1)
              -p PORT            its port (9099)
              --resp             speak RESP, which carries any bytes (the default)
              --text             speak the text protocol
              --raw, --no-raw    print replies as they are, or for people (default: for people on a terminal only)
              -x                 the last argument comes from standard input, all of it
              -r N               do it N times
              -i SECONDS         wait so long in between, such as 0.5
              --latency          measure the time of PING, until Ctrl-C; a line a second
              --stat             a line a second with the server's figures, until Ctrl-C
              --scan             print all keys, one a line
              --pattern GLOB     with --scan: only keys like this
              --bigkeys          find the longest values; reads all keys
              --version          print the version and exit
              --help             print this and exit

            A word with blanks is quoted: "two words"; within double quotes \\n \\r \\t \\b \\a \\\\ \\" and \\x00 to \\xff
            stand for single bytes, within single quotes only \\' does.
            Exit status: 0 done, 1 the server could not be reached or replied with an error, 2 bad usage.
            """;

    private static final int REPEATS_MAX = 1_000_000_000;
    private static final double SECONDS_MAX = 86_400;

    /** The options in the order of the command line; the first word that is none starts the command. */
    static Options parse(String... args) throws UsageException {
        Task task = Task.COMMANDS;
        String host = "127.0.0.1";
        int port = 9099;
        boolean text = false;
        Format format = Format.AUTO;
        boolean lastFromInput = false;
        int repeats = 0;
        long intervalMillis = -1;
        String pattern = null;
        int i = 0;
        while (i < args.length && args[i].startsWith("-") && args[i].length() > 1) {
            String option = args[i++];
            switch (option) {
                case "-h" -> host = value(option, args, i++);
                case "-p" -> port = (int) number(option, value(option, args, i++), 1, 65_535);
                case "--resp" -> text = false;
                case "--text" -> text = true;
                case "--raw" -> format = Format.RAW;
                case "--no-raw" -> format = Format.PRETTY;
                case "-x" -> lastFromInput = true;
                case "-r" -> repeats = (int) number(option, value(option, args, i++), 1, REPEATS_MAX);
                case "-i" -> intervalMillis = (long) (1000 * number(option, value(option, args, i++), 0, SECONDS_MAX));
                case "--latency" -> task = Task.LATENCY;
                case "--stat" -> task = Task.STAT;
                case "--scan" -> task = Task.SCAN;
                case "--bigkeys" -> task = Task.BIG_KEYS;
                case "--pattern" -> pattern = value(option, args, i++);
                case "--version" -> task = Task.VERSION;
                case "--help" -> task = Task.HELP;
                default -> throw new UsageException("unknown option " + option + ", see --help");
            }
        }
        Options options = new Options(task, host, port, text, format, lastFromInput, repeats, intervalMillis, pattern,
                List.of(args).subList(i, args.length));
        options.check();
        return options;
    }

    private void check() throws UsageException {
        if (!words.isEmpty() && task != Task.COMMANDS && task != Task.VERSION && task != Task.HELP) {
            throw new UsageException("no command is possible here: '" + words.get(0) + "'");
        }
        if (text && (task == Task.STAT || task == Task.SCAN || task == Task.BIG_KEYS)) {
            throw new UsageException("this needs RESP, not --text");
        }
        if (pattern != null && task != Task.SCAN) throw new UsageException("--pattern needs --scan");
        if (lastFromInput && words.isEmpty()) throw new UsageException("-x needs a command");
    }

    private static String value(String option, String[] args, int i) throws UsageException {
        if (i >= args.length) throw new UsageException(option + " needs a value");
        return args[i];
    }

    private static double number(String option, String text, double min, double max) throws UsageException {
        try {
            double number = option.equals("-i") ? Double.parseDouble(text) : Integer.parseInt(text);
            if (number >= min && number <= max) return number;
        } catch (NumberFormatException notOne) {
            // said below, together with a number out of range
        }
        throw new UsageException(String.format("%s: '%s' is not allowed, allowed: %.0f to %.0f", option, text, min, max));
    }
}
