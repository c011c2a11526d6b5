package kv.lua;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** {@code math}; random numbers are Redis's. */
final class MathLibrary {

    private static final double RADIANS_PER_DEGREE = Math.PI / 180.0;

    private MathLibrary() {
    }

    static void open(Globals.Builder to) {
        unary(to, "abs", Math::abs);
        unary(to, "acos", Math::acos);
        unary(to, "asin", Math::asin);
        unary(to, "atan", Math::atan);
        unary(to, "ceil", Math::ceil);
        unary(to, "cosh", Math::cosh);
        unary(to, "cos", Math::cos);
        unary(to, "deg", x -> x / RADIANS_PER_DEGREE);
        unary(to, "exp", Math::exp);
        unary(to, "floor", Math::floor);
        unary(to, "log10", Math::log10);
        unary(to, "log", Math::log);
        unary(to, "rad", x -> x * RADIANS_PER_DEGREE);
        unary(to, "sinh", Math::sinh);
        unary(to, "sin", Math::sin);
        unary(to, "sqrt", Math::sqrt);
        unary(to, "tanh", Math::tanh);
        unary(to, "tan", Math::tan);
        to.function("math", "atan2", s -> two(s, Math::atan2))
                .function("math", "fmod", MathLibrary::fmod).function("math", "mod", MathLibrary::fmod)
                .function("math", "pow", s -> two(s, Arithmetic::power))
                .function("math", "frexp", MathLibrary::frexp).function("math", "ldexp", MathLibrary::ldexp)
                .function("math", "max", MathLibrary::max).function("math", "min", MathLibrary::min)
                .function("math", "modf", MathLibrary::modf).function("math", "random", MathLibrary::random)
                .function("math", "randomseed", MathLibrary::randomSeed).value("math", "pi", Math.PI)
                .value("math", "huge", Double.POSITIVE_INFINITY);
    }

    private static void unary(Globals.Builder to, String name, DoubleUnaryOperator function) {
        to.function("math", name, s -> one(s, function.applyAsDouble(s.checkNumber(1))));
    }

    private static int one(LuaState s, double result) {
        s.push(result);
        return 1;
    }

    /** The second argument is checked first, as in a C program of gcc: clients see whose message comes. */
    private static int two(LuaState s, DoubleBinaryOperator function) {
        double second = s.checkNumber(2);
        return one(s, function.applyAsDouble(s.checkNumber(1), second));
    }

    private static int fmod(LuaState s) {
        return two(s, (x, y) -> x % y);
    }

    private static int frexp(LuaState s) {
        double x = s.checkNumber(1);
        if (x == 0 || Double.isNaN(x) || Double.isInfinite(x)) {
            s.push(x);
            s.push(0);
            return 2;
        }
        boolean tiny = Math.abs(x) < Double.MIN_NORMAL;
        double scaled = tiny ? x * 0x1p54 : x;
        int exponent = Math.getExponent(scaled) + 1;
        s.push(Math.scalb(scaled, -exponent));
        s.push(tiny ? exponent - 54 : exponent);
        return 2;
    }

    private static int ldexp(LuaState s) {
        int exponent = s.checkInt(2);
        return one(s, Math.scalb(s.checkNumber(1), exponent));
    }

    private static int max(LuaState s) {
        double max = s.checkNumber(1);
        for (int i = 2; i <= s.argumentCount(); i++) {
            double x = s.checkNumber(i);
            if (x > max) {
                max = x;
            }
        }
        return one(s, max);
    }

    private static int min(LuaState s) {
        double min = s.checkNumber(1);
        for (int i = 2; i <= s.argumentCount(); i++) {
            double x = s.checkNumber(i);
            if (x < min) {
                min = x;
            }
        }
        return one(s, min);
    }

    private static int modf(LuaState s) {
        double x = s.checkNumber(1);
        double whole = x < 0 ? Math.ceil(x) : Math.floor(x);
        s.push(whole);
        s.push(Double.isInfinite(x) ? Math.copySign(0, x) : Math.copySign(x - whole, x));
        return 2;
    }

    private static int random(LuaState s) {
        double r = s.runtime.random.next();
        switch (s.argumentCount()) {
            case 0 -> {
                return one(s, r);
            }
            case 1 -> {
                int upper = s.checkInt(1);
                if (upper < 1) {
                    throw s.argumentError(1, "interval is empty");
                }
                return one(s, Math.floor(r * upper) + 1);
            }
            case 2 -> {
                int lower = s.checkInt(1);
                int upper = s.checkInt(2);
                if (lower > upper) {
                    throw s.argumentError(2, "interval is empty");
                }
                return one(s, Math.floor(r * (upper - lower + 1)) + lower);
            }
            default -> throw s.error("wrong number of arguments");
        }
    }

    private static int randomSeed(LuaState s) {
        s.runtime.random.seed(s.checkInt(1));
        return 0;
    }
}
