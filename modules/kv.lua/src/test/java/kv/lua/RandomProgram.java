package kv.lua;

import java.util.Random;

/** A program that ends, mostly; every kind of statement and expression, with mistakes of types. */
final class RandomProgram {

    private static final String[] NAMES = {"a", "b", "c", "d", "t", "u", "f", "g", "s", "self"};
    private static final String[] BROKEN = {"end", "(", ")", "then", "do", "\"", "[[", "]]", "=", "==", "..", "...", ",",
        "local ", "function ",
        "if ", "while ", "return ", "break", "1e", "0x", "@", "\\", "--[[", "\n", "until ", "for ", "{", "}", "[", "]", ":",
            ";", "~", "nil", "'",
        "goto", "elseif "};

    private final Random random;
    private final StringBuilder text = new StringBuilder();
    private int budget = 40;
    private int loops;
    private boolean vararg = true;
    /** Functions of the program call none of them: it shall end. */
    private boolean inFunction;

    RandomProgram(Random random) {
        this.random = random;
        text.append("local a, b, c = 1, 'x', nil\nlocal t, u = {1, 2, x = 'y'}, setmetatable({}, {__index = function(_,"
                + " k) return k end,"
                +
                        " __add = function(p, q) return 7 end, __concat = function() return 'cc' end, __call ="
                                + " function(self, x) return x end,"
                + " __lt = function() return true end, __eq = function() return true end, __unm = function() return 3 end})\n");
        int statements = 3 + random.nextInt(8);
        for (int i = 0; i < statements; i++) {
            statement(0);
        }
        text.append("return a, b, c, d, s, type(t), type(u), type(f), select('#', ...)\n");
    }

    String text() {
        return text.toString();
    }

    /** A program with a mistake somewhere. */
    static String broken(String program, Random random) {
        StringBuilder broken = new StringBuilder(program);
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            int at = random.nextInt(broken.length());
            if (random.nextBoolean()) {
                broken.insert(at, BROKEN[random.nextInt(BROKEN.length)]);
            } else {
                broken.delete(at, Math.min(broken.length(), at + 1 + random.nextInt(6)));
            }
        }
        return broken.toString().replace("]==]", "");
    }

    private String pick(String... options) {
        return options[random.nextInt(options.length)];
    }

    private String name() {
        return NAMES[random.nextInt(NAMES.length)];
    }

    private void statement(int depth) {
        if (--budget < 0) {
            text.append(name()).append(" = ").append(expression(3)).append('\n');
            return;
        }
        switch (random.nextInt(depth > 3 ? 6 : 16)) {
            case 0, 1 -> text.append(name()).append(" = ").append(expression(depth)).append('\n');
            case 2 ->
                    text.append("local ").append(name()).append(", ").append(name()).append(" = ").append(expressions(depth))
                            .append('\n');
            case 3 -> text.append(target()).append(", ").append(target()).append(" = ").append(expressions(depth)).append('\n');
            case 4 -> text.append(target()).append(" = ").append(expression(depth)).append('\n');
            case 5 -> text.append(callExpression(depth)).append('\n');
            case 6 -> {
                text.append("if ").append(expression(depth)).append(" then\n");
                block(depth);
                if (random.nextBoolean()) {
                    text.append("elseif ").append(expression(depth)).append(" then\n");
                    block(depth);
                }
                if (random.nextBoolean()) {
                    text.append("else\n");
                    block(depth);
                }
                text.append("end\n");
            }
            case 7, 8 -> {
                text.append("for ").append(name()).append(" = ").append(pick("1", "3", "-1", "a", "'2'", "0.5")).append(", ")
                        .append(pick("3", "0", "5", "'4'", "b")).append(pick("", ", 1", ", -1", ", 2", ", 0.5",
                                ", nil")).append(" do\n");
                loops++;
                block(depth);
                loops--;
                text.append("end\n");
            }
            case 9 -> {
                text.append("for ").append(name()).append(", ").append(name()).append(" in ")
                        .append(pick("pairs({x = 1})", "ipairs({a, b})", "next, {5, 6}", "ipairs{'p', 'q'}", "pairs({})", "a",
                                "string.gmatch('x y', '%a')"))
                        .append(" do\n");
                loops++;
                block(depth);
                loops--;
                text.append("end\n");
            }
            case 10 -> {
                String counter = "n" + random.nextInt(1000);
                text.append("local ").append(counter).append(" = 0\nwhile ").append(counter).append(" < 3 do ").append(counter)
                        .append(" = ")
                        .append(counter).append(" + 1\n");
                loops++;
                block(depth);
                loops--;
                text.append("end\n");
            }
            case 11 -> {
                String counter = "n" + random.nextInt(1000);
                text.append("local ").append(counter).append(" = 0\nrepeat ").append(counter).append(" = ").append(counter)
                        .append(" + 1\n");
                block(depth);
                text.append("until ").append(counter).append(" > 2 or ").append(expression(2)).append('\n');
            }
            case 12 -> function(depth, pick("local function f(", "function g(", "function t.m(", "function t:m("));
            case 13 -> {
                text.append("do\n");
                block(depth);
                if (loops > 0 && random.nextInt(3) == 0) {
                    text.append("break\n");
                }
                text.append("end\n");
            }
            case 14 ->
                    text.append("local ok, e = pcall(function(...) return ").append(inner(depth)).append(" end)\n").append(name())
                    .append(" = tostring(e)\n");
            default -> text.append("s = tostring(").append(expression(depth)).append("):gsub('0x%x+', 'A')\n");
        }
    }

    private String inner(int depth) {
        boolean outer = vararg;
        vararg = true;
        String expression = expression(depth + 1);
        vararg = outer;
        return expression;
    }

    private void block(int depth) {
        for (int i = random.nextInt(3); i >= 0; i--) {
            statement(depth + 1);
        }
    }

    private void function(int depth, String head) {
        boolean outerVararg = vararg;
        boolean outerFunction = inFunction;
        inFunction = true;
        int outerLoops = loops;
        loops = 0;
        vararg = random.nextBoolean();
        text.append(head).append(pick("", "a", "a, b", "x")).append("");
        if (vararg) {
            text.append(text.charAt(text.length() - 1) == '(' ? "..." : ", ...");
        }
        text.append(")\n");
        block(depth);
        text.append("return ").append(expressions(depth + 1)).append("\nend\n");
        vararg = outerVararg;
        inFunction = outerFunction;
        loops = outerLoops;
    }

    private String target() {
        return switch (random.nextInt(5)) {
            case 0 -> name() + "." + pick("x", "y", "z");
            case 1 -> name() + "[" + expression(3) + "]";
            case 2 -> "t[" + (1 + random.nextInt(4)) + "]";
            default -> name();
        };
    }

    private String expressions(int depth) {
        StringBuilder list = new StringBuilder(expression(depth + 1));
        for (int i = random.nextInt(3); i > 0; i--) {
            list.append(", ").append(expression(depth + 1));
        }
        return list.toString();
    }

    private String callExpression(int depth) {
        return switch (inFunction ? 3 + random.nextInt(2) : random.nextInt(7)) {
            case 0 -> "f(" + expressions(depth + 1) + ")";
            case 1 -> "t.m(" + expression(depth + 1) + ")";
            case 2 -> "t:m(" + expression(depth + 1) + ")";
            case 3 -> "u(" + expression(depth + 1) + ")";
            case 4 -> "string.sub(" + expressions(depth + 1) + ")";
            case 5 -> "table.insert(t, " + expression(depth + 1) + ")";
            default -> "(function(...) return ... end)(" + expressions(depth + 1) + ")";
        };
    }

    private String expression(int depth) {
        if (depth > 4 || --budget < 0) {
            return pick("1", "2.5", "'str'", "nil", "true", "a", "b", "c", "t", "u", "'10'", "0", vararg ? "..." : "a");
        }
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> expression(depth + 1) + " " + pick("+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">",
                    ">=", "and", "or")
                    + " " + expression(depth + 1);
            case 3 -> pick("-", "not ", "#") + expression(depth + 1);
            case 4 -> "(" + expression(depth + 1) + ")";
            case 5 -> "{" + expressions(depth + 1) + pick("", ", x = 1", ", [1] = 2; 3") + "}";
            case 6 -> name() + "." + pick("x", "y", "z");
            case 7 -> name() + "[" + expression(depth + 1) + "]";
            case 8, 9 -> callExpression(depth);
            case 10 -> "(" + name() + " or " + name() + ")" + pick(".x", inFunction ? ".y" : "()", "[1]");
            default -> pick("1", "0.1", "'str'", "nil", "false", "a", "b", "t", "u", "'0x1F'", vararg ? "..." : "b", "[[long]]");
        };
    }
}
