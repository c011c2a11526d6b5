package kv.bench;

import java.util.EnumMap;
import java.util.Map;

/**
 * Settings of one run of the load generator, checked. Immutable. The meanings stand in {@link LoadOption}.
 *
 * <p>Units: sizes in bytes, times in seconds as named.
 */
record LoadOptions(Wire.Protocol protocol, String host, int port, boolean tls, int connections, int threads, int pipeline,
        int keys, double skew, int keySize, int valueSize, double getRatio, boolean preload, boolean expectHits,
        boolean lookAside, double reload, double seconds, long ops, double warmupSeconds, double ratePerSecond, long serverPid,
        double connectSeconds, double timeoutSeconds, long seed, boolean silent) {

    /**
     * From {@code --name value} pairs; what is not named has its default.
     *
     * @throws IllegalArgumentException saying which option is wrong, and why
     */
    static LoadOptions parse(String... args) {
        Map<LoadOption, String> texts = new EnumMap<>(LoadOption.class);
        for (int i = 0; i < args.length; i++) {
            LoadOption option = LoadOption.named(args[i]);
            if (option == null) {
                throw new IllegalArgumentException("unknown option '" + args[i] + "'");
            }
            if (!option.isFlag() && i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " wants a value");
            }
            texts.put(option, option.isFlag() ? "true" : args[++i]);
        }
        Values values = new Values(texts);
        LoadOptions options = new LoadOptions(Wire.Protocol.named(values.text(LoadOption.PROTO)), values.text(LoadOption.HOST),
                values.whole(LoadOption.PORT, 1, 65_535), values.flag(LoadOption.TLS),
                values.whole(LoadOption.CONNECTIONS, 1, 60_000),
                values.whole(LoadOption.THREADS, 1, 64), values.whole(LoadOption.PIPELINE, 1, 4096),
                values.whole(LoadOption.KEYS, 1, 1 << 30), values.number(LoadOption.SKEW, 0, 0.999),
                values.whole(LoadOption.KEY_SIZE, 2, 65_535),
                values.whole(LoadOption.VALUE_SIZE, 1, 64 << 20), values.number(LoadOption.GET_RATIO, 0, 1),
                values.flag(LoadOption.PRELOAD), values.flag(LoadOption.EXPECT_HITS), values.flag(LoadOption.LOOK_ASIDE),
                values.number(LoadOption.RELOAD, 0, 1), values.number(LoadOption.SECONDS, 0, 1e6),
                (long) values.number(LoadOption.OPS, 0, 1e15), values.number(LoadOption.WARMUP, 0, 1e6),
                values.number(LoadOption.RATE, 0, 1e8), (long) values.number(LoadOption.SERVER_PID, 0, 1e9),
                values.number(LoadOption.WAIT, 0, 1e6), values.number(LoadOption.TIMEOUT, 0.001, 1e6),
                (long) values.number(LoadOption.SEED, 0, 1e15), values.flag(LoadOption.SILENT));
        options.checkTogether();
        return options;
    }

    private void checkTogether() {
        if (expectHits && lookAside) {
            throw new IllegalArgumentException("--expect-hits leaves no misses for --look-aside");
        }
        if (reload > 0 && !lookAside) {
            throw new IllegalArgumentException("--reload wants --look-aside");
        }
        if (threads > connections) {
            throw new IllegalArgumentException(threads + " threads for " + connections + " connections");
        }
        if (String.valueOf(keys - 1).length() > keySize - 1) {
            throw new IllegalArgumentException("--key-size " + keySize + " is too small for " + keys + " keys");
        }
        if (seconds == 0 && !preload) {
            throw new IllegalArgumentException("--seconds 0 makes sense only with --preload");
        }
    }

    /** The texts given, as what they must be. */
    private record Values(Map<LoadOption, String> texts) {
        String text(LoadOption option) {
            return texts.getOrDefault(option, option.defaultText);
        }

        boolean flag(LoadOption option) {
            return text(option).equals("true");
        }

        double number(LoadOption option, double min, double max) {
            double value;
            try {
                value = Double.parseDouble(text(option));
            } catch (NumberFormatException noNumber) {
                value = Double.NaN;
            }
            if (!(value >= min && value <= max)) {
                throw new IllegalArgumentException(option.optionName() + " '" + text(option) + "' is not within " + min + " .. "
                        + max);
            }
            return value;
        }

        int whole(LoadOption option, int min, int max) {
            double value = number(option, min, max);
            if (value != Math.rint(value)) {
                throw new IllegalArgumentException(option.optionName() + " wants a whole number");
            }
            return (int) value;
        }
    }
}
