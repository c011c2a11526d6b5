package kv.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A picture of panels in two columns under a title, as SVG: one file, no outside resource, readable on light and dark pages.
 *
 * <p>Owner: one thread. Units: pixels, y downwards.
 */
final class SvgChart {

    /** Something drawn into a part of the picture. */
    interface Panel {
        int height();

        /** Draws into the rectangle at x, y, {@code width} wide and {@link #height} high. */
        void draw(SvgChart chart, double x, double y, double width);
    }

    private static final int WIDTH = 920;
    private static final int MARGIN = 28;
    private static final int GAP = 36;
    private static final int LEGEND_SWATCH = 12;

    /**
     * Colours told apart by people with any colour vision (Okabe and Ito's), a little lighter on dark. One row a series: light,
     * dark.
     */
    private static final String[][] SERIES = {{"#0072b2", "#4ea8de"}, {"#56b4e9", "#9fd8f7"}, {"#d55e00", "#ff8a3d"},
        {"#009e73", "#2fc79a"}, {"#b2578f", "#e08fc0"}, {"#7a7a7a", "#a8a8a8"}};
    private static final List<String> SERVERS = List.of("kv-server", "kv-server-resp", "redis", "memcached", "valkey");

    private final String title;
    private final String meaning;
    private final String machine;
    private final List<String> legend;
    private final List<Panel> panels = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();

    /**
     * @param meaning what is drawn, its unit, which way is better
     * @param machine where it was measured
     * @param legend the series to be named under the title; empty where the panels name them
     */
    SvgChart(String title, String meaning, String machine, List<String> legend) {
        this.title = title;
        this.meaning = meaning;
        this.machine = machine;
        this.legend = legend;
    }

    SvgChart add(Panel panel) {
        panels.add(panel);
        return this;
    }

    boolean isEmpty() {
        return panels.isEmpty();
    }

    /** The class that colours what belongs to this server, the same in all pictures. */
    static String seriesClass(String server) {
        int index = SERVERS.indexOf(server);
        return "s" + (index >= 0 ? index : SERIES.length - 1);
    }

    /** The whole file. */
    String render() {
        body.setLength(0);
        text("title", MARGIN, MARGIN + 14, "start", title);
        text("label", MARGIN, MARGIN + 36, "start", meaning);
        text("sub", MARGIN, MARGIN + 54, "start", machine);
        double top = MARGIN + 80;
        if (!legend.isEmpty()) {
            drawLegend(top);
            top += 28;
        }
        int columns = panels.size() == 1 ? 1 : 2;
        double width = (WIDTH - 2.0 * MARGIN - GAP * (columns - 1)) / columns;
        for (int i = 0; i < panels.size(); i += columns) {
            int rowHeight = 0;
            for (int j = i; j < Math.min(i + columns, panels.size()); j++) {
                panels.get(j).draw(this, MARGIN + (j - i) * (width + GAP), top, width);
                rowHeight = Math.max(rowHeight, panels.get(j).height());
            }
            top += rowHeight + 18;
        }
        int height = (int) (top + MARGIN - 18);
        return String.format(Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
                + "role=\"img\" aria-label=\"%s\">%n%s<rect class=\"page\" width=\"%d\" height=\"%d\" rx=\"8\"/>%n%s</svg>%n",
                WIDTH, height, WIDTH, height, escaped(title), style(), WIDTH, height, body);
    }

    private void drawLegend(double y) {
        double x = MARGIN;
        for (String server : legend) {
            rect(seriesClass(server), x, y - 2, LEGEND_SWATCH, LEGEND_SWATCH);
            text("label", x + LEGEND_SWATCH + 6, y + 8, "start", server);
            x += LEGEND_SWATCH + 30 + 7.2 * server.length();
        }
    }

    void text(String cssClass, double x, double y, String anchor, String text) {
        element("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", cssClass, x, y, anchor, escaped(text));
    }

    /** Text that reads upwards. */
    void textUpwards(String cssClass, double x, double y, String text) {
        element("<text class=\"%s\" transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>", cssClass, x,
                y, escaped(text));
    }

    void rect(String cssClass, double x, double y, double width, double height) {
        element("<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\"/>", cssClass, x, y, width,
                height);
    }

    void line(String cssClass, double x1, double y1, double x2, double y2) {
        element("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", cssClass, x1, y1, x2, y2);
    }

    void dot(String cssClass, double x, double y) {
        element("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>", cssClass, x, y);
    }

    /** A line through these points. */
    void path(String cssClass, List<double[]> points) {
        StringBuilder d = new StringBuilder();
        for (double[] point : points) {
            d.append(String.format(Locale.ROOT, "%s%.1f %.1f", d.length() == 0 ? "M" : "L", point[0], point[1]));
        }
        element("<path class=\"%s line\" d=\"%s\"/>", cssClass, d);
    }

    private void element(String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String style() {
        StringBuilder css = new StringBuilder("<style>\n"
                + "text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;font-size:12px;fill:#1f2328}\n"
                + ".title{font-size:18px;font-weight:600}.sub,.tick,.axis{fill:#59636e}.head{font-size:13px;font-weight:600}\n"
                + ".tick{font-size:11px}.strong{font-weight:600}.page{fill:#ffffff}.grid{stroke:#d8dee4;stroke-width:1}\n");
        for (int i = 0; i < SERIES.length; i++) {
            css.append(seriesStyle(i, SERIES[i][0]));
        }
        css.append(".line{fill:none;stroke-width:2.2;stroke-linejoin:round}\n@media (prefers-color-scheme:dark){\n"
                + "text{fill:#e6edf3}.sub,.tick,.axis{fill:#9198a1}.page{fill:#0d1117}.grid{stroke:#30363d}\n");
        for (int i = 0; i < SERIES.length; i++) {
            css.append(seriesStyle(i, SERIES[i][1]));
        }
        return css.append(".line{fill:none}\n}\n</style>\n").toString();
    }

    private static String seriesStyle(int index, String colour) {
        return ".s" + index + "{fill:" + colour + ";stroke:" + colour + "}rect.s" + index + "{stroke:none}\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
