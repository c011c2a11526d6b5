package kv.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the user asked for: settings from the file, the environment and the command line, the later overruling the
 * earlier, and what to do with them.
 */
record CommandLine(Action action, ServerConfig config) {
    enum Action { RUN, CHECK_CONFIG, HELP, VERSION }

    private record Assignment(String source, Setting setting, String value) {
    }

    /** @throws UsageException naming source (option, variable, or file and line), value and allowed range */
    static CommandLine parse(String[] args, Map<String, String> environment) throws UsageException {
        List<Assignment> options = new ArrayList<>();
        Action action = Action.RUN;
        String file = environment.get("KV_CONFIG");
        String fileSource = "KV_CONFIG";
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (arg.equals("--help") || arg.equals("-h")) return new CommandLine(Action.HELP, null);
            if (arg.equals("--version")) return new CommandLine(Action.VERSION, null);
            if (arg.equals("--check-config")) {
                action = Action.CHECK_CONFIG;
                continue;
            }
            if (!arg.startsWith("--")) {
                options.add(new Assignment("PORT", Setting.PORT, arg));
                continue;
            }
            int equals = arg.indexOf('=');
            String name = equals < 0 ? arg : arg.substring(0, equals);
            Setting setting = Setting.named(name.substring(2));
            boolean isFile = name.equals("--config");
            if (setting == null && !isFile) throw new UsageException("unknown option " + name + ", see --help");
            if (equals < 0 && i + 1 == args.length) {
                throw new UsageException(name + " needs a value" + (isFile ? ": a file" : ", allowed: " + setting.range()));
            }
            String value = equals < 0 ? args[++i] : arg.substring(equals + 1);
            if (isFile) {
                file = value;
                fileSource = name;
            } else {
                options.add(new Assignment(name, setting, value));
            }
        }
        List<Assignment> all = new ArrayList<>();
        if (file != null) all.addAll(readFile(fileSource, file));
        for (Setting setting : Setting.values()) {
            String value = environment.get(setting.variableName());
            if (value != null) all.add(new Assignment(setting.variableName(), setting, value));
        }
        all.addAll(options);
        return new CommandLine(action, apply(all));
    }

    private static ServerConfig apply(List<Assignment> assignments) throws UsageException {
        ServerConfig config = ServerConfig.defaults();
        for (Assignment assignment : assignments) {
            try {
                config = config.with(assignment.setting, assignment.value);
            } catch (IllegalArgumentException wrong) {
                throw new UsageException(assignment.source + ": " + wrong.getMessage());
            }
        }
        if (config.workers() < config.eventLoops()) {
            throw new UsageException("--workers: '" + config.workers() + "' is not allowed, allowed: " + config.eventLoops()
                    + " to 256, at least one an event loop");
        }
        return config;
    }

    /** Lines {@code name value} or {@code name=value}; blank lines and those that begin with # are skipped. */
    private static List<Assignment> readFile(String fileSource, String file) throws UsageException {
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(file));
        } catch (IOException | RuntimeException unreadable) {
            throw new UsageException(fileSource + ": cannot read '" + file + "': " + reason(unreadable));
        }
        List<Assignment> assignments = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) continue;
            String source = file + ":" + (i + 1);
            String[] parts = line.split("\\s*=\\s*|\\s+", 2);
            Setting setting = Setting.named(parts[0]);
            if (setting == null) throw new UsageException(source + ": unknown setting '" + parts[0] + "', see --help");
            if (parts.length < 2) throw new UsageException(source + ": " + parts[0] + " needs a value, allowed: " + setting.range());
            assignments.add(new Assignment(source + ": " + parts[0], setting, parts[1]));
        }
        return assignments;
    }

    private static String reason(Exception failure) {
        return failure instanceof NoSuchFileException ? "no such file" : failure.toString();
    }

    static String help() {
        StringBuilder text = new StringBuilder("""
                kv-server: an in-memory key-value store server

                usage: kv-server [PORT] [OPTION]...

                Each option may also be set in the environment (--max-memory as KV_MAX_MEMORY) or in a settings file
                (max-memory 2g); the command line overrules the environment, which overrules the file.

                """);
        for (Setting setting : Setting.values()) {
            text.append(String.format("  %-30s %s%n  %-30s default %s; allowed: %s%n",
                    "--" + setting.optionName() + " " + setting.kind.placeholder, setting.meaning, "",
                    setting.defaultText, setting.range()));
        }
        return text.append("""
                  --config FILE                  settings file; also KV_CONFIG
                  --check-config                 check all settings and exit
                  --version                      print the version and exit
                  --help                         print this and exit

                SIZE is in bytes or with k, m, g, t (1024s); TIME in seconds or with ms, s, m, h, d.
                Launch options of the JVM go into JAVA_OPTS or KV_OPTS. Exit status: 0 stopped by TERM or INT, 1 could not
                run, 2 bad usage.
                """).toString();
    }
}
