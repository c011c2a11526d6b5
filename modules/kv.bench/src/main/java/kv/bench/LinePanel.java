package kv.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One line a server over named steps (so many keys, such a percentile): to see how a quantity grows. Linear from zero, or
 * logarithmic where the values span more than a factor of 12. Owner: one thread.
 */
final class LinePanel implements SvgChart.Panel {
    private static final int HEIGHT = 280;
    private static final int LEFT = 58;
    private static final int TOP = 28;
    private static final int BOTTOM = 44;
    private static final double LOG_FROM_SPAN = 12;

    private final String title;
    private final String stepsLabel;
    private final String valuesLabel;
    private final List<String> steps;
    /** By server; NaN where there is no value. */
    private final Map<String, double[]> lines = new LinkedHashMap<>();

    LinePanel(String title, String stepsLabel, String valuesLabel, List<String> steps) {
        this.title = title;
        this.stepsLabel = stepsLabel;
        this.valuesLabel = valuesLabel;
        this.steps = steps;
    }

    /** @param values one a step; NaN where there is none */
    void add(String server, double[] values) {
        lines.put(server, values);
    }

    @Override
    public int height() {
        return HEIGHT;
    }

    @Override
    public void draw(SvgChart chart, double x, double y, double width) {
        Axis axis = axis(y + TOP, HEIGHT - TOP - BOTTOM);
        double left = x + LEFT;
        double right = x + width - 6;
        chart.text("head", x, y + 12, "start", title);
        chart.textUpwards("axis", x + 12, y + TOP + (HEIGHT - TOP - BOTTOM) / 2.0, valuesLabel + (axis.isLog ? " (log)" : ""));
        for (double tick : axis.ticks()) {
            chart.line("grid", left, axis.at(tick), right, axis.at(tick));
            chart.text("tick", left - 6, axis.at(tick) + 4, "end", Figures.compact(tick));
        }
        double step = steps.size() > 1 ? (right - left - 28) / (steps.size() - 1) : 0;
        for (int i = 0; i < steps.size(); i++) {
            chart.text("tick", left + 14 + i * step, y + HEIGHT - BOTTOM + 18, "middle", steps.get(i));
        }
        chart.text("axis", (left + right) / 2, y + HEIGHT - 6, "middle", stepsLabel);
        lines.forEach((server, values) -> {
            List<double[]> points = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                if (values[i] > 0) {
                    points.add(new double[] {left + 14 + i * step, axis.at(values[i])});
                }
            }
            String cssClass = SvgChart.seriesClass(server);
            chart.path(cssClass, points);
            points.forEach(point -> chart.dot(cssClass, point[0], point[1]));
        });
    }

    private Axis axis(double top, double height) {
        double min = Double.MAX_VALUE;
        double max = 0;
        for (double[] values : lines.values()) {
            for (double value : values) {
                if (!(value > 0)) {
                    continue;
                }
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        if (max == 0) {
            return new Axis(false, 0, 1, top, height);
        }
        if (max / min > LOG_FROM_SPAN) {
            return new Axis(true, roundDown(min), roundUp(max), top, height);
        }
        double step = niceStep(max);
        return new Axis(false, 0, Math.ceil(max / step) * step, top, height);
    }

    /** The nearest 1, 2 or 5 times a power of ten that is not above. */
    private static double roundDown(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        double digit = value / power;
        return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
    }

    private static double roundUp(double value) {
        double down = roundDown(value);
        return down == value ? value : roundDown(down * 2.5);
    }

    /** 1, 2 or 5 times a power of ten, so that there are four to eight of them. */
    private static double niceStep(double max) {
        double power = Math.pow(10, Math.floor(Math.log10(max / 4)));
        double step = power;
        if (max / step > 8) {
            step = 2 * power;
        }
        if (max / step > 8) {
            step = 5 * power;
        }
        return step;
    }

    private record Axis(boolean isLog, double min, double max, double top, double height) {
        double at(double value) {
            double share = isLog ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
            return top + height * (1 - share);
        }

        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            if (isLog) {
                // All of 1, 2, 5 where there is room for them, otherwise the powers of ten.
                boolean isShort = max / min <= 1000;
                for (double tick = min; tick <= max * 1.001; tick = roundUp(tick * 1.01)) {
                    boolean isPower = Math.abs(Math.log10(tick) - Math.rint(Math.log10(tick))) < 1e-6;
                    if (isShort || isPower) {
                        ticks.add(tick);
                    }
                }
            } else {
                double step = niceStep(max);
                for (int i = 0; i * step <= max * 1.001; i++) {
                    ticks.add(i * step);
                }
            }
            return ticks;
        }
    }
}
