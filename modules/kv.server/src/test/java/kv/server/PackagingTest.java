package kv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What packaging/ says twice is the same, and what it asks for is there. */
final class PackagingTest {
    private static final Pattern METRIC = Pattern.compile("\\b(kv|process)_[a-z_]+");
    private static final List<String> SUFFIXES = List.of("_bucket", "_sum", "_count");

    @Test
    void templateUnit_isTheUnitForANamedServer() throws IOException {
        String template = SettingPages.text("packaging/kv-server@.service").replaceFirst("(?s)^(# [^\n]*\n)+", "");
        String unit = SettingPages.text("packaging/kv-server.service")
                .replace("key-value store server\n", "key-value store server (%i)\n")
                .replace("/etc/kv-server/kv-server.", "/etc/kv-server/%i.")
                .replace("StateDirectory=kv-server\n", "StateDirectory=kv-server/%i\n")
                .replace("RuntimeDirectory=kv-server\n", "RuntimeDirectory=kv-server/%i\n")
                .replace("WorkingDirectory=/var/lib/kv-server\n", "WorkingDirectory=/var/lib/kv-server/%i\n");
        assertEquals(unit, template);
    }

    @Test
    void dashboardAndRules_eachMetric_isServed() throws IOException {
        String page = SettingPages.text("docs/OPERATIONS.md");
        TreeSet<String> missing = new TreeSet<>();
        for (String file : List.of("packaging/grafana/kv-server.json", "packaging/prometheus/kv-server.rules.yml")) {
            METRIC.matcher(SettingPages.text(file)).results().map(found -> {
                String name = found.group();
                for (String suffix : SUFFIXES) {
                    name = name.replaceFirst(suffix + "$", "");
                }
                return name;
            }).filter(name -> !page.contains("`" + name + "`")).forEach(missing::add);
        }
        assertEquals(new TreeSet<>(), missing);
        assertTrue(SettingPages.text("packaging/grafana/kv-server.json").contains("kv_command_duration_seconds_bucket"));
    }
}
