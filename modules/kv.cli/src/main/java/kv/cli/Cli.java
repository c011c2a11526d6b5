package kv.cli;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** One run of the program: does what its arguments say and tells how it went. Owner: one thread. */
final class Cli implements Consumer<Reply> {
    // Itself takes what the server says unasked: to set up a lambda takes the JVM as long as what it does for a PING.

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private final Surroundings surroundings;

    Cli(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The exit status. */
    int run(String... args) {
        try {
            int status = run(CommandLine.parse(surroundings.environment(), args));
            surroundings.out().flush();
            return status;
        } catch (UsageException wrong) {
            return complain(wrong, USAGE);
        } catch (IOException failure) {
            return complain(failure, FAILED);
        } catch (InterruptedException stopped) {
            return FAILED;
        }
    }

    private int complain(Exception what, int status) {
        surroundings.err().println("kv-cli: " + what.getMessage());
        return status;
    }

    private int run(Options options) throws IOException, UsageException, InterruptedException {
        if (options.task() == Options.Task.HELP) {
            return say(Options.HELP);
        }
        if (options.task() == Options.Task.VERSION) {
            return say("kv-cli " + version() + "\n");
        }
        if (asksForHelp(options)) {
            return help(options.words().subList(1, options.words().size()));
        }
        if (options.warn()) {
            surroundings.err().println("kv-cli: others on this machine can see a password on the command line; "
                    + "KV_CLI_AUTH or --askpass hides it");
        }
        Target target = options.askPassword() ? options.target().withLogin(options.target().user(), askPassword())
                : options.target();
        Protocol protocol = options.text() ? new TextProtocol() : new RespProtocol();
        try (Server server = new Server(target, protocol, this)) {
            return run(options, server);
        }
    }

    /** {@code kv-cli help GET}, as at the prompt; in the text protocol the server has a HELP of its own. */
    private static boolean asksForHelp(Options options) {
        return options.task() == Options.Task.COMMANDS && !options.text() && !options.words().isEmpty()
                && options.words().get(0).equalsIgnoreCase("help");
    }

    private int help(List<String> words) throws IOException {
        String found = words.isEmpty() ? Options.HELP : new CommandHelp(false).describe(words);
        if (found.isEmpty()) {
            surroundings.err().println("kv-cli: no help for " + String.join(" ", words));
            return FAILED;
        }
        return say(found);
    }

    private int run(Options options, Server server) throws IOException, UsageException, InterruptedException {
        Pace pace = new Pace(options.repeats(), options.intervalMillis());
        return switch (options.task()) {
            case LATENCY -> new LatencyWatch(server, surroundings).run(pace);
            case STAT -> new StatWatch(server, surroundings.out()).run(pace);
            case BIG_KEYS -> new BigKeys(server).run(surroundings.out());
            case HOT_KEYS -> new HotKeysWatch(server, surroundings.out()).run(pace);
            case SCAN -> scan(server, options.pattern());
            case PIPE -> new Pipe(server, surroundings.err()).run(surroundings.in(), surroundings.out(), options.pipeSeconds());
            default -> runCommands(new Commands(server, surroundings.out(), format(options)), options, server, pace);
        };
    }

    private int runCommands(Commands commands, Options options, Server server, Pace pace)
            throws IOException, UsageException, InterruptedException {
        if (options.words().isEmpty()) {
            boolean byPerson = surroundings.inIsTerminal() && surroundings.outIsTerminal();
            return byPerson ? new Shell(commands, server, options.text(), surroundings).run() : fromInput(commands);
        }
        List<byte[]> words = Server.bytes(options.words().toArray(new String[0]));
        if (options.lastFromInput()) {
            words.add(surroundings.in().readAllBytes());
        }
        int status = OK;
        for (long i = 0; pace.hasNext(i, 1); i++) {
            pace.pauseBefore(i, 0);
            status = Math.max(status, commands.run(words));
        }
        return status;
    }

    /** Each line of standard input is a command, up to its end; a line that cannot be understood ends the run. */
    private int fromInput(Commands commands) throws IOException, UsageException {
        int status = OK;
        for (byte[] line = readLine(); line != null; line = readLine()) {
            List<byte[]> words = Quoting.words(line);
            if (!words.isEmpty()) {
                status = Math.max(status, commands.run(words));
            }
        }
        return status;
    }

    /** The bytes up to the next newline, without it; null at the end. */
    private byte[] readLine() throws IOException {
        InputStream in = surroundings.in();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (; next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toByteArray();
    }

    private int scan(Server server, String pattern) throws IOException, UsageException {
        Printer printer = new RawPrinter(surroundings.out());
        KeyScan scan = new KeyScan(server, pattern);
        while (scan.hasNext()) {
            printer.print(new Reply.Items(scan.next()));
        }
        return OK;
    }

    private Options.Format format(Options options) {
        if (options.format() != Options.Format.AUTO) {
            return options.format();
        }
        return surroundings.outIsTerminal() ? Options.Format.PRETTY : Options.Format.RAW;
    }

    /** What the server said unasked, or a login that failed: apart from the replies. */
    @Override
    public void accept(Reply aside) {
        if (aside instanceof Reply.Failure failure) {
            surroundings.err().println("kv-cli: " + failure.text());
            return;
        }
        try {
            new PrettyPrinter(surroundings.err()).print(aside);
        } catch (IOException lost) {
            // Nobody reads our messages; replies go elsewhere.
        }
    }

    private static String askPassword() throws UsageException {
        Console console = System.console();
        char[] password = console == null ? null : console.readPassword("Password: ");
        if (password == null) {
            throw new UsageException("--askpass needs a terminal");
        }
        return new String(password);
    }

    private int say(String text) throws IOException {
        surroundings.out().write(text.getBytes(StandardCharsets.UTF_8));
        return OK;
    }

    private static String version() {
        ModuleDescriptor module = Cli.class.getModule().getDescriptor();
        return module == null ? "unknown" : module.rawVersion().orElse("unknown");
    }
}
