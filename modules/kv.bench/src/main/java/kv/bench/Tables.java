package kv.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;

/** The results as Markdown, by the name of their place in docs/BENCHMARKS.md. */
final class Tables {
    /** Figures closer than this are called a tie: two runs of one server differ as much. */
    private static final double TIE = 0.10;
    private static final List<String> GROWTH = List.of("keys", "connections", "values");

    /** The mode of compare.sh in which nothing is on disk. */
    private static final String IN_MEMORY = "never, in memory";

    private final Results results;
    private final StringBuilder text = new StringBuilder();

    private Tables(Results results) {
        this.results = results;
    }

    static Map<String, String> of(Results results) {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("machine", new Tables(results).machine());
        tables.put("scenarios", new Tables(results).scenarios("scenario"));
        tables.put("tls", new Tables(results).scenarios("tls"));
        tables.put("memory", new Tables(results).memory());
        tables.put("growth", new Tables(results).growth());
        tables.put("listing", new Tables(results).disturbed("listing"));
        tables.put("hostile", new Tables(results).hostile());
        tables.put("cache", new Tables(results).cache());
        tables.put("durable", new Tables(results).durable());
        tables.put("recovery", new Tables(results).recovery());
        tables.put("checkpointing", new Tables(results).disturbed("checkpointing"));
        tables.put("tools", new Tables(results).tools());
        tables.put("behind", new Tables(results).behind());
        return tables;
    }

    private String machine() {
        for (JsonLine line : results.section("machine").lines()) {
            text.append("- Machine: ").append(line.text("summary")).append("; ").append(line.text("date")).append(".\n");
            text.append("- Command: `").append(line.text("command")).append("`\n");
        }
        for (JsonLine line : results.section("server").lines()) {
            text.append("- ").append(line.text("server")).append(": ").append(line.text("version")).append("; `")
                    .append(line.text("command")).append("`\n");
        }
        Results runs = results.section("scenario");
        if (!runs.isEmpty()) {
            text.append(String.format("- Cores that other processes used during a run: median %.2f, most %.2f.%n",
                    runs.median("other_cores"), runs.max("other_cores")));
        }
        double wrong = results.lines().stream().mapToDouble(line -> line.number("errors") + line.number("mismatches")).sum();
        double replies = results.lines().stream().mapToDouble(line -> line.number("ops")).sum();
        text.append("- Replies checked: ").append(Figures.thousands(replies)).append("; wrong: ").append(Figures.thousands(wrong))
                .append(".\n");
        return text.toString();
    }

    private String scenarios(String section) {
        Results all = results.section(section);
        if (all.isEmpty()) {
            return "";
        }
        String base = all.base();
        row("scenario", "server", "ops/s", "vs " + base, "p50 µs", "p99 µs", "p99.9 µs", "max µs", "CPU µs/op", "vs " + base);
        row("---", "---", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:");
        for (String scenario : all.distinct("scenario")) {
            Results runs = all.of("scenario", scenario);
            String name = Scenarios.title(scenario);
            for (String server : runs.distinct("server")) {
                Results own = runs.of("server", server);
                row(name, server, Figures.thousands(own.median("ops_per_s")), ratio(runs, "ops_per_s", server, base),
                        Figures.thousands(own.median("p50_us")), Figures.thousands(own.median("p99_us")),
                        Figures.thousands(own.median("p999_us")), Figures.thousands(own.median("max_us")),
                        Figures.digits(own.median("server_cpu_us_per_op")), ratio(runs, "server_cpu_us_per_op", server, base));
                name = "";
            }
        }
        double unsent = all.sum("unsent");
        if (unsent > 0) {
            text.append("\nOpen loop, due but not sent in time, all servers: ").append(Figures.thousands(unsent))
                .append(".\n");
        }
        return text.toString();
    }

    private String durable() {
        Results all = results.section("durable");
        if (all.isEmpty()) {
            return "";
        }
        String base = all.base();
        row("forced", "scenario", "server", "ops/s", "vs " + base, "vs itself in memory", "p50 µs", "p99 µs", "p99.9 µs",
                "CPU µs/op");
        row("---", "---", "---", "--:", "--:", "--:", "--:", "--:", "--:", "--:");
        for (String mode : all.distinct("mode")) {
            for (String scenario : all.distinct("scenario")) {
                Results runs = all.of("mode", mode).of("scenario", scenario);
                for (String server : runs.distinct("server")) {
                    Results own = runs.of("server", server);
                    row(mode, Scenarios.title(scenario), server, Figures.thousands(own.median("ops_per_s")),
                            ratio(runs, "ops_per_s", server, base), ratioTo(all.of("mode", IN_MEMORY).of("scenario", scenario)
                                    .of("server", server), own), Figures.thousands(own.median("p50_us")),
                            Figures.thousands(own.median("p99_us")), Figures.thousands(own.median("p999_us")),
                            Figures.digits(own.median("server_cpu_us_per_op")));
                }
            }
        }
        return text.toString();
    }

    private static String ratioTo(Results other, Results own) {
        return other.isEmpty() ? "–" : Figures.ratio(own.median("ops_per_s") / other.median("ops_per_s"));
    }

    private String cache() {
        Results all = results.section("cache");
        if (all.isEmpty()) {
            return "";
        }
        String base = all.base();
        row("load", "server", "ops/s", "vs " + base, "hits, % of GETs", "CPU µs/op", "p99 µs", "memory, MiB");
        row("---", "---", "--:", "--:", "--:", "--:", "--:", "--:");
        for (String scenario : all.distinct("scenario")) {
            Results runs = all.of("scenario", scenario);
            for (String server : runs.distinct("server")) {
                Results own = runs.of("server", server);
                row(Scenarios.title(scenario), server, Figures.thousands(own.median("ops_per_s")),
                        ratio(runs, "ops_per_s", server, base), Figures.digits(own.median(line -> 100 * line.number("hits")
                                / line.number("gets"))), Figures.digits(own.median("server_cpu_us_per_op")),
                        Figures.thousands(own.median("p99_us")), Figures.thousands(own.median("server_rss_kib") / 1024));
            }
        }
        return text.toString();
    }

    private String recovery() {
        Results all = results.section("recovery");
        if (all.isEmpty()) {
            return "";
        }
        row("server", "from", "entries", "seconds", "entries a second");
        row("---", "---", "--:", "--:", "--:");
        for (JsonLine line : all.lines()) {
            row(line.text("server"), line.text("from"), Figures.thousands(line.number("keys")),
                    Figures.digits(line.number("seconds")), Figures.thousands(line.number("keys") / line.number("seconds")));
        }
        return text.toString();
    }

    private String memory() {
        Results all = results.section("memory");
        if (all.isEmpty()) {
            return "";
        }
        row("entries", "server", "bytes an entry", "times keys and values", "empty server, MiB", "full, MiB");
        row("---", "---", "--:", "--:", "--:", "--:");
        for (String scenario : all.distinct("scenario")) {
            for (JsonLine line : all.of("scenario", scenario).lines()) {
                row(scenario, line.text("server"), Figures.thousands(line.number("bytes_per_entry")),
                        Figures.ratio(line.number("bytes_per_entry") * line.number("keys") / line.number("live_bytes")),
                        Figures.thousands(line.number("empty_kib") / 1024), Figures.thousands(line.number("full_kib") / 1024));
            }
        }
        return text.toString();
    }

    private String growth() {
        for (String section : GROWTH) {
            Results all = results.section(section);
            if (all.isEmpty()) {
                continue;
            }
            List<String> servers = all.distinct("server");
            if (text.length() > 0) {
                text.append('\n');
            }
            row(cells(section.equals("values") ? "value" : section, servers, server -> server + ": ops/s | CPU µs/op"));
            row(cells("--:", servers, server -> "--: | --:"));
            for (String step : all.distinct("step")) {
                Results runs = all.of("step", step);
                double number = Double.parseDouble(step);
                row(cells(section.equals("values") ? Figures.bytes(number) : Figures.thousands(number), servers, server -> {
                    Results own = runs.of("server", server);
                    if (own.isEmpty()) {
                        return "– | –";
                    }
                    return Figures.thousands(own.median("ops_per_s")) + " | "
                            + Figures.digits(own.median("server_cpu_us_per_op"));
                }));
            }
        }
        return text.toString();
    }

    /** What an open loop sees while a server does something else, beside the same server at rest. */
    private String disturbed(String section) {
        Results all = results.section(section);
        if (all.isEmpty()) {
            return "";
        }
        row("requests a second", "server", "", "p50 µs", "p99 µs", "p99.9 µs", "max µs", "p99 vs quiet");
        row("--:", "---", "---", "--:", "--:", "--:", "--:", "--:");
        for (String rate : all.distinct("step")) {
            for (String server : all.distinct("server")) {
                Results runs = all.of("step", rate).of("server", server);
                for (String state : runs.distinct("state")) {
                    Results own = runs.of("state", state);
                    row(Figures.thousands(Double.parseDouble(rate)), server, state, Figures.thousands(own.median("p50_us")),
                            Figures.thousands(own.median("p99_us")), Figures.thousands(own.median("p999_us")),
                            Figures.thousands(own.max("max_us")), Figures.ratio(own.median("p99_us") / runs.of("state", "quiet")
                                    .median("p99_us")));
                }
            }
        }
        return text.toString();
    }

    /** Each attack, and what the others' 99th percentile is beside that of the same server undisturbed. */
    private String hostile() {
        Results all = results.section("hostile");
        if (all.isEmpty()) {
            return "";
        }
        List<String> servers = all.distinct("server");
        row(cells("one connection does", servers, server -> server + ": p50 µs | p99 µs | p99 vs quiet"));
        row(cells("---", servers, server -> "--: | --: | --:"));
        for (String attack : all.distinct("attack")) {
            Results runs = all.of("attack", attack);
            row(cells(attack.equals("quiet") ? "nothing" : Attack.named(attack).meaning, servers, server -> {
                Results own = runs.of("server", server);
                double quiet = all.of("attack", "quiet").of("server", server).median("p99_us");
                return own.isEmpty() ? "– | – | –" : Figures.thousands(own.median("p50_us")) + " | "
                        + Figures.thousands(own.median("p99_us")) + " | " + Figures.ratio(own.median("p99_us") / quiet);
            }));
        }
        return text.toString();
    }

    private String tools() {
        Results all = results.section("tool");
        if (all.isEmpty()) {
            return "Not measured: none is installed, or none was asked for.\n";
        }
        row("tool", "load", "server", "ops/s", "p50 µs", "p99 µs");
        row("---", "---", "---", "--:", "--:", "--:");
        for (String tool : all.distinct("tool")) {
            Results runs = all.of("tool", tool);
            for (String scenario : runs.distinct("scenario")) {
                for (JsonLine line : runs.of("scenario", scenario).lines()) {
                    row(tool, scenario, line.text("server"), Figures.thousands(line.number("ops_per_s")),
                            Figures.thousands(line.number("p50_us")), Figures.thousands(line.number("p99_us")));
                }
            }
        }
        return text.toString();
    }

    /** Every figure in which some peer is better than our server, found by comparing, not by choosing. */
    private String behind() {
        row("where", "what", Results.OURS, "best other", "ratio", "");
        row("---", "---", "--:", "--:", "--:", "---");
        int head = text.length();
        Results scenarios = results.section("scenario");
        for (String scenario : scenarios.distinct("scenario")) {
            Results runs = scenarios.of("scenario", scenario);
            String where = Scenarios.title(scenario);
            boolean isGiven = runs.max("rate") > 0;
            if (!isGiven) {
                compare(runs, where, "ops/s", "ops_per_s", true, Figures::thousands);
            }
            compare(runs, where, "p50 µs", "p50_us", false, Figures::thousands);
            compare(runs, where, "p99 µs", "p99_us", false, Figures::thousands);
            compare(runs, where, "p99.9 µs", "p999_us", false, Figures::thousands);
            compare(runs, where, "CPU µs/op", "server_cpu_us_per_op", false, Figures::digits);
        }
        Results memory = results.section("memory");
        for (String scenario : memory.distinct("scenario")) {
            compare(memory.of("scenario", scenario), scenario, "bytes an entry", "bytes_per_entry", false, Figures::thousands);
        }
        if (!memory.isEmpty()) {
            compare(memory, "empty server", "memory, KiB", "empty_kib", false, Figures::thousands);
        }
        for (String section : GROWTH) {
            Results all = results.section(section);
            for (String step : all.distinct("step")) {
                String where = section + ": " + Figures.thousands(Double.parseDouble(step));
                compare(all.of("step", step), where, "ops/s", "ops_per_s", true, Figures::thousands);
                compare(all.of("step", step), where, "CPU µs/op", "server_cpu_us_per_op", false, Figures::digits);
            }
        }
        return text.length() == head ? "Nothing that was measured.\n" : text.toString();
    }

    private void compare(Results runs, String where, String what, String field, boolean moreIsBetter,
            DoubleFunction<String> figure) {
        double ours = runs.of("server", Results.OURS).median(field);
        String best = "";
        double bestValue = Double.NaN;
        for (String peer : runs.peers()) {
            double value = runs.of("server", peer).median(field);
            if (Double.isNaN(bestValue) || (moreIsBetter ? value > bestValue : value < bestValue)) {
                best = peer;
                bestValue = value;
            }
        }
        boolean isBehind = moreIsBetter ? ours < bestValue : ours > bestValue;
        if (!isBehind) {
            return;
        }
        double ratio = ours / bestValue;
        row(where, what, figure.apply(ours), best + " " + figure.apply(bestValue), Figures.ratio(ratio),
                Math.abs(ratio - 1) <= TIE ? "tie" : "");
    }

    private static String ratio(Results runs, String field, String server, String base) {
        double ratio = runs.ratio(field, server, base);
        return Double.isNaN(ratio) ? "–" : Figures.ratio(ratio);
    }

    private static String[] cells(String first, List<String> servers, UnaryOperator<String> cell) {
        String[] cells = new String[servers.size() + 1];
        cells[0] = first;
        for (int i = 0; i < servers.size(); i++) {
            cells[i + 1] = cell.apply(servers.get(i));
        }
        return cells;
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
