package kv.commands;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Settings that are only kept: maxclients is refused above 10,000, save is immutable, and there is no file. */
final class TestConfiguration implements Configuration {
    private final Map<String, String> values = new LinkedHashMap<>();

    TestConfiguration() {
        values.put("save", "");
        values.put("maxmemory", "67108864");
        values.put("maxclients", "10000");
    }

    @Override
    public Map<String, String> all() {
        return new LinkedHashMap<>(values);
    }

    @Override
    public boolean isImmutable(String name) {
        return name.equals("save");
    }

    @Override
    public void set(Map<String, String> changes, String who) throws SettingRefusedException {
        if (Integer.parseInt(changes.getOrDefault("maxclients", "0")) > 10_000) {
            throw new SettingRefusedException("maxclients", "too many for " + who);
        }
        values.putAll(changes);
    }

    @Override
    public void rewrite(String who) throws IOException {
        throw new IOException("The server is running without a config file");
    }
}
