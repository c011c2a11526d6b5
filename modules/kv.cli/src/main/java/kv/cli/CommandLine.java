package kv.cli;

import java.util.List;
import java.util.Map;

/** Reads the words of a command line, in their order; the first that is no option starts the command. Used once. */
final class CommandLine {
    // No library for this: it would take longer to load (100 ms, tried) than all the rest of a run.
    private static final int REPEATS_MAX = 1_000_000_000;
    private static final double SECONDS_MAX = 86_400;
    private static final int PIPE_SECONDS = 30;

    private final String[] args;
    private int at;
    private Options.Task task = Options.Task.COMMANDS;
    private Target target = Target.standard();
    private boolean text;
    private Options.Format format = Options.Format.AUTO;
    private boolean lastFromInput;
    private int repeats;
    private long intervalMillis = -1;
    private String pattern;
    private String user;
    private String password;
    private boolean askPassword;
    private boolean passwordSeen;
    private boolean warn = true;
    private boolean tls;
    private Encryption encryption = Encryption.STANDARD;
    private boolean resp2;
    private boolean resp3;
    private int pipeSeconds = PIPE_SECONDS;

    private CommandLine(String... args) {
        this.args = args;
    }

    /** @param environment where {@code KV_CLI_AUTH} may hold the password */
    static Options parse(Map<String, String> environment, String... args) throws UsageException {
        return new CommandLine(args).parse(environment);
    }

    private Options parse(Map<String, String> environment) throws UsageException {
        while (at < args.length && args[at].startsWith("-") && args[at].length() > 1) {
            String option = args[at++];
            if (option.equals("--")) {
                break;
            }
            if (!connection(option) && !printing(option)) {
                other(option);
            }
        }
        login(environment);
        encrypt();
        // A map stays one in RESP3, and JSON has a word for it.
        target = target.withResp3(resp3 || format == Options.Format.JSON && !resp2);
        return new Options(task, target, text, format, lastFromInput, repeats, intervalMillis, pattern, askPassword, warn
                && passwordSeen,
                pipeSeconds, List.of(args).subList(at, args.length)).checked();
    }

    private boolean connection(String option) throws UsageException {
        switch (option) {
            case "-h" -> target = target.withAddress(value(option), target.port());
            case "-p" -> target = target.withAddress(target.host(), integer(option, 1, 65_535));
            case "-s" -> target = target.withSocket(value(option));
            case "-t" -> target = target.withConnectMillis((int) Math.max(1, 1000 * seconds(option)));
            case "-n" -> target = target.withDatabase(integer(option, 0, Target.DATABASE_MAX));
            case "-u" -> {
                target = target.withUri(value(option));
                passwordSeen |= target.password() != null;
            }
            case "-a", "--pass" -> {
                password = value(option);
                passwordSeen = true;
            }
            case "--user" -> user = value(option);
            case "--askpass" -> askPassword = true;
            case "--no-auth-warning" -> warn = false;
            case "--tls" -> tls = true;
            case "--cacert" -> encryption = encryption.withAuthorities(value(option));
            case "--cert" -> encryption = encryption.withCertificate(value(option));
            case "--key" -> encryption = encryption.withKey(value(option));
            case "--insecure" -> encryption = encryption.withInsecure();
            case "--sni" -> encryption = encryption.withName(value(option));
            case "-2" -> resp2 = true;
            case "-3" -> resp3 = true;
            case "--resp" -> text = false;
            case "--text" -> text = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean printing(String option) {
        switch (option) {
            case "--raw" -> format = Options.Format.RAW;
            case "--no-raw" -> format = Options.Format.PRETTY;
            case "--json" -> format = Options.Format.JSON;
            case "--csv" -> format = Options.Format.CSV;
            default -> {
                return false;
            }
        }
        return true;
    }

    private void other(String option) throws UsageException {
        switch (option) {
            case "-x" -> lastFromInput = true;
            case "-r" -> repeats = repeats(option);
            case "-i" -> intervalMillis = (long) (1000 * seconds(option));
            case "-e" -> { } // an error is a status of its own anyway; scripts written for redis-cli may say it
            case "--pipe" -> task = Options.Task.PIPE;
            case "--pipe-timeout" -> pipeSeconds = integer(option, 0, (int) SECONDS_MAX);
            case "--latency" -> task = Options.Task.LATENCY;
            case "--stat" -> task = Options.Task.STAT;
            case "--scan" -> task = Options.Task.SCAN;
            case "--bigkeys" -> task = Options.Task.BIG_KEYS;
            case "--hotkeys" -> task = Options.Task.HOT_KEYS;
            case "--pattern" -> pattern = value(option);
            case "--version" -> task = Options.Task.VERSION;
            case "--help" -> task = Options.Task.HELP;
            default -> throw new UsageException("unknown option " + option + ", see --help");
        }
    }

    /** What was said last and most plainly counts: options, then the URI, then the environment. */
    private void login(Map<String, String> environment) {
        String given = password != null ? password : target.password();
        String fromEnvironment = environment.getOrDefault("KV_CLI_AUTH", "");
        if (given == null && !fromEnvironment.isEmpty()) {
            given = fromEnvironment;
        }
        target = target.withLogin(user != null ? user : target.user(), given);
    }

    private void encrypt() throws UsageException {
        boolean wanted = tls || target.encryption() != null;
        // Not by equals(): that of a record takes the JVM 60 ms to set up, more than all of a PING.
        if (!wanted && encryption != Encryption.STANDARD) {
            throw new UsageException("--cacert, --cert, --key, --insecure and --sni belong to --tls");
        }
        if ((encryption.certificate() == null) != (encryption.key() == null)) {
            throw new UsageException("--cert and --key belong together");
        }
        if (wanted && target.socket() != null) {
            throw new UsageException("-s is never encrypted: not with --tls");
        }
        target = target.withEncryption(wanted ? encryption : null);
    }

    private String value(String option) throws UsageException {
        if (at >= args.length) {
            throw new UsageException(option + " needs a value");
        }
        return args[at++];
    }

    private int repeats(String option) throws UsageException {
        int wanted = integer(option, -1, REPEATS_MAX);
        if (wanted == 0) {
            throw notAllowed(option, "0", "1 to " + REPEATS_MAX + ", or -1 for no end");
        }
        return wanted < 0 ? Pace.NO_END : wanted;
    }

    private int integer(String option, int min, int max) throws UsageException {
        String word = value(option);
        try {
            int number = Integer.parseInt(word);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // said below, together with a number out of range
        }
        throw notAllowed(option, word, min + " to " + max);
    }

    private double seconds(String option) throws UsageException {
        String word = value(option);
        try {
            double number = Double.parseDouble(word);
            if (number >= 0 && number <= SECONDS_MAX) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // as above
        }
        throw notAllowed(option, word, "0 to " + (int) SECONDS_MAX);
    }

    private static UsageException notAllowed(String option, String word, String allowed) {
        return new UsageException(option + ": '" + word + "' is not allowed, allowed: " + allowed);
    }
}
