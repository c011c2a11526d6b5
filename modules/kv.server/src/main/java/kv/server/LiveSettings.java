package kv.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import kv.commands.Configuration;
import kv.commands.SettingRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a server that runs, and the one place where they are changed: by CONFIG SET, and by what HUP finds changed in
 * the settings file. A change is checked first, then applied, and undone if a part of it fails.
 *
 * <p>Any thread. Changes exclude each other by this object's monitor, in which files are read and written: no thread that clients
 * wait for may make one.
 */
final class LiveSettings implements Configuration {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);
    private static final String PASSWORD = "requirepass";
    private static final String IMMUTABLE = "can't set immutable config";

    /** How a setting is made to hold. */
    interface Change {
        /**
         * Has the server work by these settings, of which one has changed.
         *
         * @throws IllegalArgumentException if it cannot be, for a reason that the message says; then all is as before
         * @throws IOException the same
         */
        void apply(ServerConfig settings) throws IOException;
    }

    private final SettingsSources sources;
    private final Map<Setting, Change> changes = new EnumMap<>(Setting.class);
    private Function<byte[], String> passwordChange;
    private volatile ServerConfig config;
    /** What CONFIG GET shows; null when the configuration has changed since. */
    private volatile Map<String, String> shown;

    // Guarded by this.
    /** As the file was when it was read last, but for what could not be had then. */
    private final Map<Setting, Assignment> inFile;
    /** What CONFIG SET has changed and the file does not say. */
    private final Map<Setting, String> unwritten = new EnumMap<>(Setting.class);

    /** Settings of a server that will start with these, which are from those sources. */
    LiveSettings(ServerConfig config, SettingsSources sources) {
        this.config = config;
        this.sources = sources;
        this.inFile = sources.inFile();
    }

    /** The settings that hold now. */
    ServerConfig config() {
        return config;
    }

    /** Before the first client is served: how a live setting is made to hold. That is done at once, too. */
    void onChange(Setting setting, Change change) throws IOException {
        if (!setting.isLive() || changes.put(setting, change) != null) {
            throw new IllegalStateException(setting + " is not live, or is said twice");
        }
        change.apply(config);
    }

    /** Before the first client is served: every live setting can be changed. */
    void requireComplete() {
        for (Setting setting : Setting.values()) {
            if (setting.isLive() && !changes.containsKey(setting)) {
                throw new IllegalStateException("nobody says how " + setting + " is made to hold");
            }
        }
    }

    /** Before the first client is served: what a setting has come to, such as the port that was free. */
    void settled(Setting setting, String value) {
        hold(config.with(setting, value));
    }

    private void hold(ServerConfig now) {
        config = now;
        shown = null;
    }

    @Override
    public Map<String, String> all() {
        Map<String, String> all = shown;
        if (all == null) {
            all = show(config);
            shown = all;
        }
        return all;
    }

    /** Where both have the same name, it is Redis's, and so is the value. */
    private static Map<String, String> show(ServerConfig config) {
        Map<String, String> all = new LinkedHashMap<>();
        RedisNames.all().forEach((name, redis) -> all.put(name, redis.shown().apply(config)));
        for (Setting setting : Setting.values()) {
            all.putIfAbsent(setting.optionName(), config.text(setting));
        }
        return Collections.unmodifiableMap(all);
    }

    @Override
    public boolean isImmutable(String name) {
        RedisNames.Name redis = RedisNames.all().get(name);
        return redis != null ? redis.immutable() : !Setting.named(name).isLive();
    }

    @Override
    public void set(Map<String, String> values, String who) throws SettingRefusedException {
        Map<Setting, String> names = new EnumMap<>(Setting.class);
        Map<Setting, String> texts = new EnumMap<>(Setting.class);
        for (Map.Entry<String, String> each : values.entrySet()) {
            String name = each.getKey();
            RedisNames.Name redis = RedisNames.all().get(name);
            Setting setting = redis == null ? Setting.named(name) : redis.setting();
            if (setting == null && name.equals(PASSWORD)) {
                setPassword(each.getValue(), values.size(), who);
            } else if (setting == null) {
                requireSame(name, each.getValue());
            } else if (names.put(setting, name) != null) {
                throw new SettingRefusedException(name, "duplicate parameter");
            } else {
                texts.put(setting, redis == null ? each.getValue() : ours(name, redis, each.getValue()));
            }
        }
        synchronized (this) {
            change(texts, names);
            unwritten.putAll(texts);
        }
        texts.forEach((setting, text) -> LOG.info("{} is {}, set by {}", setting.optionName(), text, who));
    }

    /** It is kept in no setting, and so cannot be set back: it is set alone. Empty: none is asked for. */
    private void setPassword(String value, int settings, String who) throws SettingRefusedException {
        if (settings > 1) {
            throw new SettingRefusedException(PASSWORD, "it is set alone");
        }
        String wrong = passwordChange.apply(value.isEmpty() ? null : value.getBytes(StandardCharsets.ISO_8859_1));
        if (wrong != null) {
            throw new SettingRefusedException(PASSWORD, wrong);
        }
        LOG.info("{} is (redacted), set by {}", PASSWORD, who);
    }

    /** Before the first client is served: what gives the default user a password, or null: none; it says why that cannot be. */
    void onPassword(Function<byte[], String> change) {
        passwordChange = change;
    }

    private void requireSame(String name, String value) throws SettingRefusedException {
        if (!value.equalsIgnoreCase(all().get(name))) {
            throw new SettingRefusedException(name, IMMUTABLE);
        }
    }

    private static String ours(String name, RedisNames.Name redis, String value) throws SettingRefusedException {
        try {
            return redis.ours().apply(value);
        } catch (IllegalArgumentException wrong) {
            throw new SettingRefusedException(name, wrong.getMessage());
        }
    }

    /** All of them, or none. @param names what each is called in a refusal */
    private void change(Map<Setting, String> texts, Map<Setting, String> names) throws SettingRefusedException {
        ServerConfig before = config;
        ServerConfig after = before;
        for (Map.Entry<Setting, String> each : texts.entrySet()) {
            try {
                after = after.with(each.getKey(), each.getValue());
            } catch (IllegalArgumentException wrong) {
                throw new SettingRefusedException(names.get(each.getKey()), printable(wrong));
            }
        }
        Deque<Setting> applied = new ArrayDeque<>();
        for (Setting setting : texts.keySet()) {
            try {
                changes.get(setting).apply(after);
                applied.push(setting);
            } catch (IllegalArgumentException | IOException refused) {
                applied.forEach(done -> undo(done, before));
                throw new SettingRefusedException(names.get(setting), printable(refused));
            }
        }
        hold(after);
    }

    private void undo(Setting setting, ServerConfig before) {
        try {
            changes.get(setting).apply(before);
        } catch (IllegalArgumentException | IOException stays) {
            LOG.error("{} cannot be set back: {}", setting.optionName(), printable(stays));
        }
    }

    /** A message may repeat what a client or a file has said, and goes into replies and the log. */
    private static String printable(Exception failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return message.replaceAll("[^ -~]", "?");
    }

    /**
     * Reads the settings file again, and has the server work by what has changed in it since it was read last. What CONFIG SET
     * has changed stays unless the file has changed there, too. What is wrong keeps its old value, with a line in the log.
     */
    synchronized void reload() {
        if (sources.file() == null) {
            LOG.info("HUP: there is no settings file; nothing is changed");
            return;
        }
        Map<Setting, Assignment> now;
        try {
            now = sources.readAgain();
        } catch (UsageException wrong) {
            LOG.error("HUP: {}; nothing is changed", wrong.getMessage());
            return;
        }
        LOG.info("HUP: {} has been read again", sources.file());
        Map<Setting, String> changed = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            Assignment last = inFile.get(setting);
            String before = last == null ? null : last.value();
            Assignment assignment = now.get(setting);
            String text = assignment == null ? null : assignment.value();
            if (!Objects.equals(before, text)) {
                changed.put(setting, text == null ? setting.defaultText : text);
            }
        }
        Set<Setting> done = changeTogether(changed);
        changed.forEach((setting, text) -> {
            if (!reload(setting, text, done.contains(setting))) {
                return;
            }
            if (now.containsKey(setting)) {
                inFile.put(setting, now.get(setting));
            } else {
                inFile.remove(setting);
            }
        });
    }

    /**
     * Makes all of them hold that can, at once, for some belong together, as a certificate and its key do. If one is refused,
     * those of TLS are tried together, and each of the others is to be tried alone. @return those that hold now
     */
    private Set<Setting> changeTogether(Map<Setting, String> changed) {
        Map<Setting, String> texts = new EnumMap<>(changed);
        texts.keySet().removeIf(setting -> !setting.isLive() || sources.onTop(setting) != null);
        Map<Setting, String> ofTls = new EnumMap<>(texts);
        ofTls.keySet().removeIf(setting -> !setting.isOfTls());
        return changeAll(texts) ? texts.keySet() : changeAll(ofTls) ? ofTls.keySet() : Set.of();
    }

    /** False if one is refused, which is said when it is tried alone. */
    private boolean changeAll(Map<Setting, String> texts) {
        Map<Setting, String> names = new EnumMap<>(Setting.class);
        texts.keySet().forEach(setting -> names.put(setting, setting.optionName()));
        try {
            change(texts, names);
            return true;
        } catch (SettingRefusedException saidLater) {
            return false;
        }
    }

    /** @param isDone it holds already, if it can. @return false if it is to be tried again the next time */
    private boolean reload(Setting setting, String text, boolean isDone) {
        String name = setting.optionName();
        String onTop = sources.onTop(setting);
        if (onTop != null) {
            LOG.warn("{} has changed in the file, but {} stays on top of it", name, onTop);
            return true;
        }
        if (!setting.isLive()) {
            LOG.warn("{} has changed in the file; it will be {} from the next start on", name, text);
            return true;
        }
        try {
            if (!isDone) {
                change(Map.of(setting, text), Map.of(setting, name));
            }
            unwritten.remove(setting);
            LOG.info("{} is {}, as the file says", name, text);
            return true;
        } catch (SettingRefusedException refused) {
            LOG.error("{} stays {}: {}", name, config.text(setting), refused.getMessage());
            return false;
        }
    }

    @Override
    public synchronized void rewrite(String who) throws IOException {
        if (sources.file() == null) {
            throw new IOException("The server is running without a config file");
        }
        try {
            SettingsRewrite.write(Path.of(sources.file()), unwritten);
        } catch (IOException | UsageException failure) {
            LOG.error("CONFIG REWRITE by {}: {}", who, printable(failure));
            throw new IOException("Rewriting config file: " + printable(failure), failure);
        }
        LOG.info("{} has been rewritten for {}", sources.file(), who);
        unwritten.forEach((setting, text) -> {
            inFile.put(setting, new Assignment(sources.file() + ": " + setting.optionName(), setting, text));
            String onTop = sources.onTop(setting);
            if (onTop != null) {
                LOG.warn("{} was written, but {} stays on top of the file", setting.optionName(), onTop);
            }
        });
        unwritten.clear();
    }
}
