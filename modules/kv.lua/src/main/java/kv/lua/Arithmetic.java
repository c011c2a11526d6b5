package kv.lua;

/** What the operators of numbers compute, where Java's differ from C's. */
final class Arithmetic {

    private Arithmetic() {
    }

    static double mod(double a, double b) {
        return a - Math.floor(a / b) * b;
    }

    static double compute(int op, double a, double b) {
        return switch (op) {
            case Op.ADD -> a + b;
            case Op.SUB -> a - b;
            case Op.MUL -> a * b;
            case Op.DIV -> a / b;
            case Op.MOD -> mod(a, b);
            case Op.POW -> power(a, b);
            default -> -a;
        };
    }

    /** C's {@code pow} knows two cases that Java's does not: 1 to any power, and -1 to an infinite one, are 1. */
    static double power(double a, double b) {
        if (b == 2) {
            return a * a;
        }
        if (a == 1 || a == -1 && Double.isInfinite(b)) {
            return 1;
        }
        return Math.pow(a, b);
    }
}
