package kv.server;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the user asked for: settings from the file, the environment and the command line, the later overruling the
 * earlier, and what to do with them.
 *
 * @param config null for HELP and VERSION
 * @param sources where they come from
 * @param notices what was given and is ignored, a line each
 * @param rdbImport what is loaded before clients are served; null = nothing
 */
record CommandLine(Action action, ServerConfig config, SettingsSources sources, List<String> notices,
        RdbImport rdbImport) {
    enum Action { RUN, CHECK_CONFIG, CHECK_LOG, HELP, VERSION }

    /** @throws UsageException naming source (option, variable, or file and line), value and allowed range */
    static CommandLine parse(String[] args, Map<String, String> environment) throws UsageException {
        Action action = Action.RUN;
        EnvironmentSettings variables = new EnvironmentSettings(environment);
        String file = variables.file();
        String fileSource = EnvironmentSettings.FILE_VARIABLE;
        List<Assignment> options = new ArrayList<>();
        boolean hasPort = false;
        String importFile = null;
        String importDatabase = null;
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (arg.equals("--help") || arg.equals("-h")) {
                return new CommandLine(Action.HELP, null, SettingsSources.NONE, List.of(), null);
            }
            if (arg.equals("--version")) {
                return new CommandLine(Action.VERSION, null, SettingsSources.NONE, List.of(), null);
            }
            if (arg.equals("--check-config")) {
                action = Action.CHECK_CONFIG;
                continue;
            }
            if (!arg.startsWith("-") || isNumber(arg)) {
                if (hasPort) {
                    throw new UsageException("unexpected argument '" + arg + "': one PORT only, see --help");
                }
                hasPort = true;
                options.add(new Assignment("PORT", Setting.PORT, arg));
                continue;
            }
            int equals = arg.indexOf('=');
            String name = equals < 0 ? arg : arg.substring(0, equals);
            Setting setting = name.startsWith("--") ? Setting.named(name.substring(2)) : null;
            if (name.equals("--check-log")) {
                action = Action.CHECK_LOG;
                setting = Setting.DATA_DIR;
            }
            boolean isFile = name.equals("--config") || name.equals("--import");
            boolean isDatabase = name.equals("--database");
            if (setting == null && !isFile && !isDatabase) {
                throw new UsageException(Setting.unknown("option " + name, name));
            }
            if (equals < 0 && i + 1 == args.length) {
                throw new UsageException(name + " needs a value"
                        + (isFile ? ": a file" : isDatabase ? ": a number" : ", allowed: " + setting.range()));
            }
            String value = equals < 0 ? args[++i] : arg.substring(equals + 1);
            if (isDatabase) {
                importDatabase = value;
            } else if (name.equals("--import")) {
                importFile = value;
            } else if (isFile) {
                file = value;
                fileSource = name;
            } else {
                options.add(new Assignment(name, setting, value));
            }
        }
        List<Assignment> onTop = variables.assignments();
        onTop.addAll(options);
        SettingsSources sources = SettingsSources.read(fileSource, file, onTop);
        ServerConfig config = apply(sources.all());
        String password = variables.password();
        if (password != null && !config.passwordFile().isEmpty()) {
            throw new UsageException("the password is given twice: by " + EnvironmentSettings.PASSWORD_VARIABLE
                    + " and by --password-file; one of them must go");
        }
        return new CommandLine(action, password == null ? config : config.withPassword(password), sources, variables.notices(),
                RdbImport.of(importFile, importDatabase));
    }

    private static boolean isNumber(String arg) {
        return arg.length() > 1 && Character.isDigit(arg.charAt(1));
    }

    private static ServerConfig apply(List<Assignment> assignments) throws UsageException {
        ServerConfig config = ServerConfig.defaults();
        for (Assignment assignment : assignments) {
            try {
                config = config.with(assignment.setting(), assignment.value());
            } catch (IllegalArgumentException wrong) {
                throw new UsageException(assignment.source() + ": " + wrong.getMessage());
            }
        }
        if (config.workers() < config.eventLoops()) {
            throw new UsageException("--workers: '" + config.workers() + "' is not allowed, allowed: " + config.eventLoops()
                    + " to 256, at least one an event loop");
        }
        if (config.port() < 0 && config.tlsPort() < 0) {
            throw new UsageException("--port: off, and no --tls-port: nobody could connect");
        }
        if (config.tlsPort() >= 0) {
            checkTls(config);
        }
        if (config.adminPort() >= 0 && !config.hasAdminToken()
                && !config.adminBind().stream().allMatch(InetAddress::isLoopbackAddress)) {
            throw new UsageException("--admin-bind: beyond loopback --admin-token-file is needed");
        }
        return config;
    }

    private static void checkTls(ServerConfig config) throws UsageException {
        try {
            config.tls().check();
        } catch (IllegalArgumentException wrong) {
            throw new UsageException("--tls-port: " + wrong.getMessage());
        }
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
                  --check-log DIR                read all of a data-dir that no server uses, say how it is, and exit
                  --import FILE                  before the start, load the strings of an RDB file of Redis or Valkey; with a
                                                 data-dir into an empty one only
                  --database N                   that database of the file only; each keeps its number
                  --version                      print the version and exit
                  --help                         print this and exit

                SIZE is in bytes or with k, m, g, t (1024s); TIME in seconds or with ms, s, m, h, d.
                Launch options of the JVM go into JAVA_OPTS or KV_OPTS. Exit status: 0 stopped by TERM or INT, 1 could not
                run, 2 bad usage.
                """).toString();
    }
}
