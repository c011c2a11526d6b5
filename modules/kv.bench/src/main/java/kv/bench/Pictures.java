package kv.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The results as SVG files, by file name. What was not measured is not drawn. */
final class Pictures {
    private static final List<String> PERCENTILES = List.of("p50_us", "p90_us", "p99_us", "p999_us", "max_us");
    private static final List<String> PERCENTILE_NAMES = List.of("p50", "p90", "p99", "p99.9", "max");
    private static final List<String> LATENCY_SCENARIOS = List.of("get90", "p16", "open30k", "open50k");

    private final Results results;
    private final List<String> servers;
    private final String machine;

    private Pictures(Results results) {
        this.results = results;
        servers = results.section("scenario").distinct("server");
        Results machines = results.section("machine");
        machine = machines.isEmpty() ? "" : machines.lines().get(0).text("summary");
    }

    static Map<String, String> of(Results results) {
        Pictures pictures = new Pictures(results);
        Map<String, String> files = new LinkedHashMap<>();
        put(files, "throughput.svg", pictures.bars("scenario", "ops_per_s", "Throughput by scenario",
                "commands a second, more is better", Figures::compact));
        put(files, "cpu.svg", pictures.bars("scenario", "server_cpu_us_per_op", "CPU per command",
                "microseconds of the server's CPU time a command, less is better", Figures::digits));
        put(files, "latency.svg", pictures.latencies());
        put(files, "memory.svg", pictures.bars("memory", "bytes_per_entry", "Memory per entry",
                "bytes of resident memory over the empty server, less is better", Figures::thousands));
        put(files, "growth.svg", pictures.growth());
        return files;
    }

    private static void put(Map<String, String> files, String name, SvgChart chart) {
        if (!chart.isEmpty()) {
            files.put(name, chart.render());
        }
    }

    private SvgChart bars(String section, String field, String title, String meaning, Figure figure) {
        SvgChart chart = new SvgChart(title, meaning, machine, List.of());
        Results all = results.section(section);
        for (String name : all.distinct("scenario")) {
            Results runs = all.of("scenario", name);
            boolean isGiven = field.equals("ops_per_s") && runs.max("rate") > 0;
            if (isGiven) {
                continue;
            }
            BarPanel panel = new BarPanel(Scenarios.title(name));
            for (String server : runs.distinct("server")) {
                double value = runs.of("server", server).median(field);
                panel.add(server, value, figure.text(value));
            }
            chart.add(panel);
        }
        return chart;
    }

    private SvgChart latencies() {
        Results all = results.section("scenario");
        SvgChart chart = new SvgChart("Latency",
                "from the request's moment (open loop: the moment it was due) to its reply, less is better", machine, servers);
        for (String scenario : LATENCY_SCENARIOS) {
            Results runs = all.of("scenario", scenario);
            if (runs.isEmpty()) {
                continue;
            }
            LinePanel panel = new LinePanel(Scenarios.title(scenario), "percentile", "microseconds", PERCENTILE_NAMES);
            for (String server : runs.distinct("server")) {
                Results own = runs.of("server", server);
                panel.add(server, PERCENTILES.stream().mapToDouble(own::median).toArray());
            }
            chart.add(panel);
        }
        return chart;
    }

    private SvgChart growth() {
        SvgChart chart = new SvgChart("Cost as things grow", "microseconds of the server's CPU time a command, less is better",
                machine, results.section("keys").isEmpty() ? servers : results.section("keys").distinct("server"));
        addGrowth(chart, "keys", "server_cpu_us_per_op", "More keys (pipeline 16)", "keys", Figures::compact);
        addGrowth(chart, "values", "server_cpu_us_per_op", "Larger values (pipeline 1)", "bytes of a value", Figures::bytes);
        addGrowth(chart, "connections", "server_cpu_us_per_op", "More connections (pipeline 1)", "connections", Figures::compact);
        addGrowth(chart, "connections", "ops_per_s", "The same: throughput, more is better", "connections", Figures::compact);
        return chart;
    }

    private void addGrowth(SvgChart chart, String section, String field, String title, String label, Figure stepName) {
        Results all = results.section(section);
        if (all.isEmpty()) {
            return;
        }
        List<String> steps = all.distinct("step");
        LinePanel panel = new LinePanel(title, label, field.equals("ops_per_s") ? "commands a second" : "µs of CPU a command",
                steps.stream().map(step -> stepName.text(Double.parseDouble(step))).toList());
        for (String server : all.distinct("server")) {
            Results own = all.of("server", server);
            panel.add(server, steps.stream().mapToDouble(step -> own.of("step", step).median(field)).toArray());
        }
        chart.add(panel);
    }

    private interface Figure {
        String text(double value);
    }
}
