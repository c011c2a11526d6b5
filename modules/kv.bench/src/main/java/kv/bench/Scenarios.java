package kv.bench;

import java.util.Map;

/** What compare.sh's short names of scenarios stand for. */
final class Scenarios {
    private static final Map<String, String> TITLES = Map.of(
            "get90", "50 connections, 9 GET : 1 SET",
            "get50", "50 connections, 1 GET : 1 SET",
            "p16", "50 connections, pipeline 16",
            "p64", "50 connections, pipeline 64",
            "ping", "1 connection, one request at a time",
            "c1000", "1000 connections",
            "open30k", "open loop, 30,000 a second",
            "open50k", "open loop, 50,000 a second");

    private Scenarios() {
    }

    static String title(String name) {
        return TITLES.getOrDefault(name, name);
    }
}
