package kv.commands;

import java.util.Set;
import kv.protocol.Request;

/**
 * Tells the log who has used which administrative command, from where. What only looks is not told: tools look every second. Any
 * thread.
 */
final class AdminLog {
    /** What changes something for everybody, or may stop it. */
    private static final Set<String> TOLD = Set.of("acl|deluser", "acl|load", "acl|save", "acl|setuser", "backup", "bgsave",
            "checkpoint", "client|kill",
            "client|no-evict", "client|pause", "client|unpause", "config|resetstat", "debug", "flushall", "flushdb",
            "save", "script|flush", "script|kill", "shutdown", "slowlog|reset", "swapdb");
    /** Of those for the operator, what only looks; and what the settings tell themselves. */
    private static final Set<String> UNTOLD = Set.of("acl|dryrun", "acl|getuser", "acl|list", "acl|log", "acl|users",
            "client|list", "config|get", "config|rewrite", "hotkeys|get",
            "hotkeys|reset", "hotkeys|start", "hotkeys|stop", "lastsave", "latency|doctor",
            "latency|histogram", "latency|history", "latency|latest", "latency|reset", "monitor", "role",
            "slowlog|details", "slowlog|get", "slowlog|len");
    /** If it is refused: else the settings tell it themselves. */
    private static final String TOLD_IF_REFUSED = "config|set";
    private static final int ARGS_MAX = 8;

    private AdminLog() {
    }

    /** Whether it was decided of a command for the operator if the log is told of it. */
    static boolean isDecided(String fullName) {
        return TOLD.contains(fullName) || fullName.equals(TOLD_IF_REFUSED) || UNTOLD.contains(fullName);
    }

    /** What the command does, and tells the log, if that is to be told of it. */
    static Command.Body around(String fullName, Command.Body body) {
        boolean isTold = TOLD.contains(fullName);
        if (!isTold && !fullName.equals(TOLD_IF_REFUSED)) {
            return body;
        }
        return c -> {
            body.run(c); // a request that is handed back is told once it runs
            if (isTold || c.failed) {
                c.server.background.log(Background.Severity.INFO, line(c));
            }
        };
    }

    private static String line(CommandContext c) {
        Request request = c.request;
        StringBuilder line = new StringBuilder("admin: ").append(c.failed ? "failed" : "done").append(": ")
                .append(c.client.who()).append(":");
        int shown = Math.min(request.argCount(), ARGS_MAX);
        for (int arg = 0; arg < shown; arg++) {
            line.append(' ').append(Secrets.isSecret(c.command, request, arg) ? Secrets.REDACTED : Quoted.arg(request, arg));
        }
        return line.append(shown < request.argCount() ? " ..." : "").toString();
    }
}
