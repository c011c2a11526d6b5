package kv.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Rules of form, for all sources of all modules and for the scripts: what can be checked needs no opinion. The rules in words,
 * and why: CONTRIBUTING.md.
 *
 * <p>Files that break a rule for a reason stand in tidy_exceptions.txt; one that breaks it no more must go from there.
 */
class TidyTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final String EXCEPTIONS = "/tidy_exceptions.txt";
    private static final int COLUMNS_MAX = 130;
    private static final int LINES_MAX = 400;
    private static final Pattern BANNER = Pattern.compile("\\s*(//|#)\\s*[-=*#]{3,}.*");
    private static final Pattern CONTROL = Pattern.compile("\\b(if|for|while|else)\\b");
    private static final Pattern NOTE_BEFORE_TYPE =
            Pattern.compile("(?m)^( ?\\*/|//.*)\\R(@.*\\R)*((public|final|abstract|sealed|non-sealed) )*"
            + "(class|interface|enum|record) ");
    private static final Pattern VAGUE_NAME = Pattern.compile(".*(Manager|Helper|Utils?|Impl)\\.java");
    private static final Pattern LATER = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");

    private final Set<String> violations = new TreeSet<>();

    @Test
    void sources_all_areTidy() throws IOException {
        for (Path file : files(".java")) {
            check(file, Files.readString(file));
        }
        for (Path file : files(".sh")) {
            checkLines(file, Files.readString(file));
        }
        Set<String> listed = exceptions();
        Set<String> added = new TreeSet<>(violations);
        added.removeAll(listed);
        Set<String> gone = new TreeSet<>(listed);
        gone.removeAll(violations);
        assertTrue(added.isEmpty() && gone.isEmpty(), () -> "new: " + added + ", listed but not so: " + gone);
    }

    private static List<Path> files(String ending) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String folder : new String[] {"modules", "jlink", "packaging"}) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(ending))
                        .filter(file -> !file.toString().contains("/target/")).forEach(found::add);
            }
        }
        return found;
    }

    private static Set<String> exceptions() throws IOException {
        Set<String> exceptions = new TreeSet<>();
        try (var lines = TidyTest.class.getResourceAsStream(EXCEPTIONS)) {
            new String(lines.readAllBytes()).lines().filter(line -> !line.isBlank()
                    && !line.startsWith("#")).forEach(exceptions::add);
        }
        return exceptions;
    }

    private void check(Path file, String source) {
        checkLines(file, source);
        report(file, "at most " + COLUMNS_MAX + " columns", source.lines().anyMatch(line -> line.length() > COLUMNS_MAX));
        checkPackage(file, source);
        String code = JavaText.codeOf(source);
        report(file, "braces around what a condition or a loop governs", hasBareStatement(code));
        report(file, "a maintainer's note is the first thing within its class",
                NOTE_BEFORE_TYPE.matcher(withoutJavadoc(source)).find());
        report(file, "no more than " + LINES_MAX + " lines", source.lines().count() > LINES_MAX);
        report(file, "a name that says what it is", VAGUE_NAME.matcher(file.toString()).matches());
    }

    private void checkLines(Path file, String source) {
        report(file, "ends with one newline", !source.endsWith("\n") || source.endsWith("\n\n"));
        report(file, "no tabs", source.indexOf('\t') >= 0);
        report(file, "no trailing blanks", source.lines().anyMatch(line -> line.endsWith(" ")));
        report(file, "no banners", source.lines().anyMatch(line -> BANNER.matcher(line).matches()));
        report(file, "now or an issue, not later", !file.endsWith("TidyTest.java") && LATER.matcher(source).find());
    }

    /** One package a module, and it has the module's name. */
    private void checkPackage(Path file, String source) {
        Matcher place = Pattern.compile(".*/modules/([^/]+)/src/main/java/(.*)/[^/]+").matcher(file.toString());
        if (place.matches()) {
            String name = place.group(1);
            report(file, "the module's one package", !place.group(2).equals(name.replace('.', '/'))
                    || !source.contains("package " + name + ";"));
        }
    }

    private void report(Path file, String rule, boolean broken) {
        if (broken) {
            violations.add(rule + ": " + ROOT.relativize(file));
        }
    }

    private static boolean hasBareStatement(String code) {
        Matcher control = CONTROL.matcher(code);
        while (control.find()) {
            int next = skipBlanks(code, control.end());
            if (!control.group().equals("else")) {
                next = code.charAt(next) == '(' ? skipBlanks(code, JavaText.closing(code, next) + 1) : code.length();
            }
            // A semicolon ends a do-while, or a loop without a body.
            if (next < code.length() && code.charAt(next) != '{' && code.charAt(next) != ';'
                    && !(control.group().equals("else") && code.startsWith("if", next))) {
                return true;
            }
        }
        return false;
    }

    private static int skipBlanks(String code, int from) {
        int at = from;
        while (at < code.length() && Character.isWhitespace(code.charAt(at))) {
            at++;
        }
        return at;
    }

    private static String withoutJavadoc(String source) {
        return source.replaceAll("(?s)/\\*\\*.*?\\*/", "");
    }
}
