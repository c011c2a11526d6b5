package kv.commands;

import java.util.Set;
import kv.protocol.Request;

/** Which arguments nobody may be shown, in whatever is kept or told of a request: passwords, rules of users, scripts. */
final class Secrets {
    static final String REDACTED = "(redacted)";
    private static final Set<String> SETTINGS = Set.of("REQUIREPASS", "MASTERAUTH", "MASTERUSER", "TLS-KEY-FILE-PASS",
            "TLS-CLIENT-KEY-FILE-PASS");

    private Secrets() {
    }

    static boolean isSecret(Command command, Request request, int arg) {
        return switch (command.fullName) {
            case "auth" -> arg > 0;
            case "hello" -> arg > 1;
            case "acl|setuser" -> arg > 2;
            case "acl|dryrun" -> arg > 3; // whatever that command is
            case "config|set" -> arg > 2 && isSetting(request, arg - 1); // also behind a value that somebody has left out
            case "eval", "eval_ro" -> arg == 1;
            case "script|load" -> arg == 2;
            default -> false;
        };
    }

    private static boolean isSetting(Request request, int arg) {
        return SETTINGS.stream().anyMatch(name -> request.argEquals(arg, name));
    }
}
