package kv.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Settings from the environment. Two kinds of values were not meant for us and are ignored, with a line each:
 *
 * <ul>
 * <li>an empty one ({@code KV_PORT=}): what templates make of a value that nobody gave;
 * <li>{@code tcp://10.96.0.12:9099}, also with {@code udp} or {@code sctp}: Kubernetes sets KV_PORT so in each container beside a
 *     service that is called {@code kv}, and KV_ADMIN_PORT beside one called {@code kv-admin}. No setting has such a value.
 * </ul>
 */
final class EnvironmentSettings {
    static final String FILE_VARIABLE = "KV_CONFIG";
    /** It has no option: what stands on a command line is seen by everybody on the machine. */
    static final String PASSWORD_VARIABLE = "KV_PASSWORD";
    private static final Pattern SERVICE_LINK = Pattern.compile("(tcp|udp|sctp)://.+:\\d+");

    private final Map<String, String> environment;
    private final List<String> notices = new ArrayList<>();

    EnvironmentSettings(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The settings file that the environment names; null = none. */
    String file() {
        return value(FILE_VARIABLE);
    }

    /** The password that the environment holds; null = none. */
    String password() {
        String password = environment.get(PASSWORD_VARIABLE);
        if (password != null && password.isEmpty()) {
            notices.add(PASSWORD_VARIABLE + " is empty: ignored");
            return null;
        }
        return password;
    }

    List<Assignment> assignments() {
        List<Assignment> assignments = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            String value = value(setting.variableName());
            if (value != null) {
                assignments.add(new Assignment(setting.variableName(), setting, value));
            }
        }
        return assignments;
    }

    /** What was ignored so far, a line each. */
    List<String> notices() {
        return notices;
    }

    private String value(String variable) {
        String value = environment.get(variable);
        if (value == null) {
            return null;
        }
        if (value.isBlank()) {
            notices.add(variable + " is empty: ignored");
            return null;
        }
        if (SERVICE_LINK.matcher(value).matches()) {
            notices.add(variable + "=" + value + " is the address of a service, as Kubernetes sets it, and no setting: ignored");
            return null;
        }
        return value;
    }
}
