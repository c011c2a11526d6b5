package kv.bench;

import java.util.Map;

/** What compare.sh's short names of scenarios stand for. */
final class Scenarios {
    private static final Map<String, String> TITLES = Map.ofEntries(
            Map.entry("get90", "50 connections, 9 GET : 1 SET"),
            Map.entry("get50", "50 connections, 1 GET : 1 SET"),
            Map.entry("get95", "50 connections, 19 GET : 1 SET"),
            Map.entry("aside", "50 connections, pipeline 16, GET, and SET after a miss; Zipf 0.99"),
            Map.entry("write", "50 connections, pipeline 16, 1 GET : 1 SET, all keys alike"),
            Map.entry("w16", "50 connections, 1 GET : 1 SET, pipeline 16"),
            Map.entry("w64", "50 connections, 1 GET : 1 SET, pipeline 64"),
            Map.entry("w1000", "1000 connections, 1 GET : 1 SET"),
            Map.entry("p16", "50 connections, pipeline 16"),
            Map.entry("p64", "50 connections, pipeline 64"),
            Map.entry("ping", "1 connection, one request at a time"),
            Map.entry("c1000", "1000 connections"),
            Map.entry("open30k", "open loop, 30,000 a second"),
            Map.entry("open50k", "open loop, 50,000 a second"));

    private Scenarios() {
    }

    static String title(String name) {
        return TITLES.getOrDefault(name, name);
    }
}
