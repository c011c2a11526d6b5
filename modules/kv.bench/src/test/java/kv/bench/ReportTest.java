package kv.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

final class ReportTest {
    private static final Results RESULTS = new Results(List.of(
            new JsonLine().put("section", "machine").put("summary", "2 cores <&\"> of a test"),
            run("kv-server", 1, 100, 4), run("redis", 1, 50, 5), run("kv-server", 2, 300, 6), run("redis", 2, 100, 5),
            run("kv-server", 3, 200, 5), run("redis", 3, 400, 5), run("memcached", 3, 250, 9),
            growth("kv-server", "1000", 2), growth("redis", "1000", 1), growth("kv-server", "10000", 200),
            growth("redis", "10000", 300)));

    @Test
    void ratio_serversOfOtherRounds_comparesWithinTheRound() {
        assertEquals(2, RESULTS.section("scenario").ratio("ops_per_s", "kv-server", "redis"));
    }

    @Test
    void median_evenAndOddCounts_isTheMiddle() {
        assertEquals(200, RESULTS.section("scenario").of("server", "kv-server").median("ops_per_s"));
        assertEquals(2.5, new Results(List.of(run("a", 1, 1, 2), run("a", 2, 1, 3))).median("server_cpu_us_per_op"));
        assertTrue(Double.isNaN(new Results(List.of()).median("ops_per_s")));
    }

    @Test
    void behind_somePeerIsBetter_listsThatAndNothingElse() {
        String behind = Tables.of(RESULTS).get("behind");
        assertTrue(behind.contains("| ops/s | 200 | memcached 250 | 0.80× |"), behind);
        assertTrue(behind.contains("| keys: 1,000 | CPU µs/op | 2 | redis 1 | 2.00× |"), behind);
        assertEquals(4, behind.lines().count(), behind);
    }

    @Test
    void pictures_anyResults_areWellFormedAndSelfContained() throws Exception {
        Map<String, String> files = Pictures.of(RESULTS);
        assertEquals(List.of("throughput.svg", "cpu.svg", "latency.svg", "growth.svg"), List.copyOf(files.keySet()));
        for (String svg : files.values()) {
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
            assertFalse(svg.replace("http://www.w3.org/2000/svg", "").contains("http"), "refers to something outside");
            assertFalse(svg.contains("NaN"), svg);
        }
    }

    @Test
    void filled_pageWithPlaces_replacesOnlyWhatStandsBetween() {
        String page = "a\n<!-- figures: x -->\nold\n<!-- end of figures -->\nb\n<!-- figures: y -->\nkept\n<!-- end of figures "
                + "-->\n";
        String filled = Report.filled(page, Map.of("x", "new\n", "y", ""));
        assertEquals(page.replace("old", "new"), filled);
        assertThrows(IllegalArgumentException.class, () -> Report.filled(page, Map.of("z", "new\n")));
    }

    private static JsonLine run(String server, long round, double ops, double cpu) {
        return new JsonLine().put("section", "scenario").put("server", server).put("scenario", "get90").put("round", round)
                .put("ops_per_s", ops, 0).put("server_cpu_us_per_op", cpu, 2).put("p50_us", 10, 0).put("p90_us", 20, 0)
                .put("p99_us", 30, 0).put("p999_us", 40, 0).put("max_us", 5000, 0);
    }

    private static JsonLine growth(String server, String step, double cpu) {
        return new JsonLine().put("section", "keys").put("server", server).put("step", Long.parseLong(step)).put("ops_per_s", 10,
                0) .put("server_cpu_us_per_op", cpu, 2);
    }
}
