package kv.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes tables and pictures of the results of compare.sh, which calls it:
 *
 * <pre>
 * Report RESULTS.jsonl FOLDER            # FOLDER/summary.md and FOLDER/*.svg
 * Report RESULTS.jsonl FOLDER PAGE.md    # and the tables into PAGE.md, the pictures into images/ beside it
 * </pre>
 *
 * In the page each table stands between {@code <!-- figures: NAME -->} and {@code <!-- end of figures -->}; all else is left as
 * it is.
 */
final class Report {
    private static final String BEGIN = "<!-- figures: %s -->\n";
    private static final String END = "<!-- end of figures -->";

    private Report() {
    }

    /** See the class. */
    public static void main(String[] args) throws IOException {
        if (args.length < 2 || args.length > 3) {
            System.err.println("usage: Report RESULTS.jsonl FOLDER [PAGE.md]");
            System.exit(2);
        }
        Results results = Results.read(Path.of(args[0]));
        Map<String, String> tables = Tables.of(results);
        Map<String, String> pictures = Pictures.of(results);
        Path folder = Path.of(args[1]);
        writeAll(folder, pictures);
        StringBuilder summary = new StringBuilder();
        tables.forEach((name, table) -> summary.append("## ").append(name).append("\n\n").append(table).append('\n'));
        Files.writeString(folder.resolve("summary.md"), summary);
        if (args.length == 3) {
            Path page = Path.of(args[2]);
            Files.writeString(page, filled(Files.readString(page), tables));
            writeAll(page.resolveSibling("images"), pictures);
        }
        System.out.print(summary);
    }

    /**
     * The page with each table in its place; a place whose table is empty stays as it is.
     *
     * @throws IllegalArgumentException if the page has no place for a table
     */
    static String filled(String page, Map<String, String> tables) {
        String text = page;
        for (Map.Entry<String, String> table : tables.entrySet()) {
            if (table.getValue().isEmpty()) {
                continue;
            }
            String begin = String.format(BEGIN, table.getKey());
            int from = text.indexOf(begin);
            int to = text.indexOf(END, Math.max(0, from));
            if (from < 0 || to < 0) {
                throw new IllegalArgumentException("the page has no place for the figures '" + table.getKey() + "'");
            }
            text = text.substring(0, from) + begin + table.getValue() + text.substring(to);
        }
        return text;
    }

    private static void writeAll(Path folder, Map<String, String> files) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }
}
