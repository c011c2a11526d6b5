package kv.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * The lines that compare.sh has written: each run of each server, by section. Immutable.
 *
 * <p>Sections: machine, server, scenario, keys, connections, values, listing, memory, cache, tool, tls. Names are in the order of
 * their first line.
 */
record Results(List<JsonLine> lines) {
    /** Our server, over its own text protocol. */
    static final String OURS = "kv-server";

    static Results read(Path file) throws IOException {
        return new Results(Files.readAllLines(file).stream().filter(line -> !line.isBlank()).map(JsonLine::parse).toList());
    }

    Results section(String name) {
        return where(line -> line.text("section").equals(name));
    }

    Results of(String field, String value) {
        return where(line -> line.text(field).equals(value));
    }

    private Results where(Predicate<JsonLine> wanted) {
        return new Results(lines.stream().filter(wanted).toList());
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** The different values of a field. */
    List<String> distinct(String field) {
        return lines.stream().map(line -> line.text(field)).distinct().toList();
    }

    /** The median over the lines; NaN if there are none. */
    double median(ToDoubleFunction<JsonLine> figure) {
        return medianOf(lines.stream().mapToDouble(figure).toArray());
    }

    double median(String field) {
        return median(line -> line.number(field));
    }

    double max(String field) {
        return lines.stream().mapToDouble(line -> line.number(field)).max().orElse(0);
    }

    double sum(String field) {
        return lines.stream().mapToDouble(line -> line.number(field)).sum();
    }

    /** The median over the rounds of this figure of one server by that of the other: the two ran within seconds of each other. */
    double ratio(String field, String server, String base) {
        List<Double> ratios = new ArrayList<>();
        for (JsonLine line : of("server", server).lines) {
            for (JsonLine other : of("server", base).of("round", line.text("round")).lines) {
                if (other.number(field) > 0) {
                    ratios.add(line.number(field) / other.number(field));
                }
            }
        }
        return medianOf(ratios.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** All servers that are not ours. */
    List<String> peers() {
        return distinct("server").stream().filter(server -> !server.startsWith(OURS)).toList();
    }

    /** The server that ratios refer to: redis where it ran, otherwise any peer; "" if there is none. */
    String base() {
        List<String> peers = peers();
        return peers.contains("redis") || peers.isEmpty() ? (peers.isEmpty() ? "" : "redis") : peers.get(0);
    }

    private static double medianOf(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
