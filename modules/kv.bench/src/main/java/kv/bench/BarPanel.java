package kv.bench;

import java.util.ArrayList;
import java.util.List;

/** One bar a server, from zero, each with its name and figure beside it: to compare a single quantity. Owner: one thread. */
final class BarPanel implements SvgChart.Panel {
    private static final int HEAD = 24;
    private static final int ROW = 22;
    private static final int BAR = 15;
    private static final int NAME_WIDTH = 108;
    private static final int FIGURE_WIDTH = 92;

    private record Bar(String server, double value, String figure) { }

    private final String title;
    private final List<Bar> bars = new ArrayList<>();

    BarPanel(String title) {
        this.title = title;
    }

    /** @param figure the value as people read it */
    void add(String server, double value, String figure) {
        bars.add(new Bar(server, value, figure));
    }

    @Override
    public int height() {
        return HEAD + ROW * bars.size();
    }

    @Override
    public void draw(SvgChart chart, double x, double y, double width) {
        chart.text("head", x, y + 12, "start", title);
        double max = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        double room = width - NAME_WIDTH - FIGURE_WIDTH;
        double top = y + HEAD;
        for (Bar bar : bars) {
            double length = max > 0 ? Math.max(1, bar.value / max * room) : 1;
            boolean isOurs = bar.server.startsWith("kv-server");
            chart.text(isOurs ? "strong" : "label", x + NAME_WIDTH - 8, top + 12, "end", bar.server);
            chart.rect(SvgChart.seriesClass(bar.server), x + NAME_WIDTH, top, length, BAR);
            chart.text(isOurs ? "strong" : "label", x + NAME_WIDTH + length + 6, top + 12, "start", bar.figure);
            top += ROW;
        }
    }
}
