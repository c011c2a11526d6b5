package kv.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One run of the program: does what its arguments say and tells how it went. Owner: one thread. */
final class Cli {
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
            int status = run(Options.parse(args));
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
        if (options.task() == Options.Task.HELP) return say(Options.HELP);
        if (options.task() == Options.Task.VERSION) return say("kv-cli " + version() + "\n");
        Protocol protocol = options.text() ? new TextProtocol() : new RespProtocol();
        try (Server server = new Server(options.host(), options.port(), protocol)) {
            Commands commands = new Commands(server, surroundings.out(), isRaw(options));
            Pace pace = new Pace(options.repeats(), options.intervalMillis());
            return switch (options.task()) {
                case LATENCY -> new LatencyWatch(server, surroundings).run(pace);
                case STAT -> new StatWatch(server, surroundings.out()).run(pace);
                case BIG_KEYS -> new BigKeys(server).run(surroundings.out());
                case SCAN -> scan(server, options.pattern());
                default -> runCommands(commands, options, server, pace);
            };
        }
    }

    private int runCommands(Commands commands, Options options, Server server, Pace pace)
            throws IOException, UsageException, InterruptedException {
        if (!options.words().isEmpty()) {
            List<byte[]> words = new ArrayList<>(Server.bytes(options.words().toArray(String[]::new)));
            if (options.lastFromInput()) words.add(surroundings.in().readAllBytes());
            int status = OK;
            for (int i = 0; pace.hasNext(i, 1); i++) {
                pace.pauseBefore(i, 0);
                status = Math.max(status, commands.run(words));
            }
            return status;
        }
        if (surroundings.inIsTerminal() && surroundings.outIsTerminal()) return new Shell(commands, server, options.text()).run();
        return fromInput(commands);
    }

    /** Each line of standard input is a command, up to its end; a line that cannot be understood ends the run. */
    private int fromInput(Commands commands) throws IOException, UsageException {
        int status = OK;
        for (byte[] line = readLine(); line != null; line = readLine()) {
            List<byte[]> words = Quoting.words(line);
            if (!words.isEmpty()) status = Math.max(status, commands.run(words));
        }
        return status;
    }

    /** The bytes up to the next newline, without it; null at the end. */
    private byte[] readLine() throws IOException {
        InputStream in = surroundings.in();
        int next = in.read();
        if (next < 0) return null;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (; next >= 0 && next != '\n'; next = in.read()) line.write(next);
        return line.toByteArray();
    }

    private int scan(Server server, String pattern) throws IOException, UsageException {
        ReplyPrinter printer = new ReplyPrinter(surroundings.out(), true);
        KeyScan scan = new KeyScan(server, pattern);
        while (scan.hasNext()) printer.print(new Reply.Items(scan.next()));
        return OK;
    }

    private boolean isRaw(Options options) {
        return switch (options.format()) {
            case AUTO -> !surroundings.outIsTerminal();
            case RAW -> true;
            case PRETTY -> false;
        };
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
