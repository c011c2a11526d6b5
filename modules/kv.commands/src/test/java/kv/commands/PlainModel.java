package kv.commands;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The commands on keys, written as one would from their description: a map, a moment given with each command, replies as RESP2
 * has them.
 */
final class PlainModel {
    private static final long NONE = Long.MAX_VALUE;

    private record Entry(String value, long end) {
    }

    private final Map<String, Entry> entries = new TreeMap<>();

    String reply(String[] args, long now) {
        entries.values().removeIf(entry -> entry.end <= now);
        String key = args[1];
        return switch (args[0]) {
            case "GET" -> bulk(value(key));
            case "SET" -> set(args, now);
            case "SETNX" -> entries.containsKey(key) ? number(0) : put(key, args[2], NONE, number(1));
            case "GETSET" -> put(key, args[2], NONE, bulk(value(key)));
            case "GETDEL" -> bulk(valueOf(entries.remove(key)));
            case "GETEX" -> getex(key, args, now);
            case "STRLEN" -> number(text(key).length());
            case "APPEND" -> change(key, text(key) + args[2]);
            case "SETRANGE" -> setrange(key, Integer.parseInt(args[2]), args[3]);
            case "GETRANGE" -> bulk(getrange(text(key), Integer.parseInt(args[2]), Integer.parseInt(args[3])));
            case "INCRBY" -> incrby(key, Long.parseLong(args[2]));
            case "MGET" -> mget(args);
            case "MSET" -> mset(args, "+OK\r\n");
            case "MSETNX" -> msetnx(args);
            case "DELEX", "DELIFEQ" -> delex(args);
            case "DIGEST" -> bulk(entries.containsKey(key) ? digest(value(key)) : null);
            case "MSETEX" -> msetex(args, now);
            case "INCREX" -> increx(args, now);
            case "DEL" -> count(args, name -> entries.remove(name) != null);
            case "EXISTS" -> count(args, entries::containsKey);
            case "TYPE" -> entries.containsKey(key) ? "+string\r\n" : "+none\r\n";
            case "PEXPIRE" -> expire(key, now + Long.parseLong(args[2]), args.length > 3 ? args[3] : "", now);
            case "PEXPIREAT" -> expire(key, Long.parseLong(args[2]), args.length > 3 ? args[3] : "", now);
            case "PERSIST" -> end(key) == NONE || !entries.containsKey(key) ? number(0) : put(key, value(key), NONE, number(1));
            case "PTTL" -> time(key, now);
            case "PEXPIRETIME" -> time(key, 0);
            case "RENAME" -> rename(key, args[2], true);
            case "RENAMENX" -> rename(key, args[2], false);
            case "COPY" -> copy(key, args[2], args.length > 3);
            default -> throw new IllegalArgumentException(args[0]);
        };
    }

    private String value(String key) {
        return valueOf(entries.get(key));
    }

    private static String valueOf(Entry entry) {
        return entry == null ? null : entry.value;
    }

    private String text(String key) {
        return entries.containsKey(key) ? value(key) : "";
    }

    private long end(String key) {
        return entries.containsKey(key) ? entries.get(key).end : NONE;
    }

    private String put(String key, String value, long end, String reply) {
        entries.put(key, new Entry(value, end));
        return reply;
    }

    private static String number(long number) {
        return ":" + number + "\r\n";
    }

    private static String bulk(String value) {
        return value == null ? "$-1\r\n" : "$" + value.length() + "\r\n" + value + "\r\n";
    }

    private String set(String[] args, long now) {
        boolean exists = entries.containsKey(args[1]);
        String old = bulk(value(args[1]));
        long end = NONE;
        boolean refused = false;
        boolean get = false;
        for (int arg = 3; arg < args.length; arg++) {
            switch (args[arg]) {
                case "NX" -> refused |= exists;
                case "XX" -> refused |= !exists;
                case "IFEQ" -> refused |= !args[++arg].equals(value(args[1]));
                case "IFNE" -> refused |= args[++arg].equals(value(args[1]));
                case "IFDEQ" -> refused |= !args[++arg].equals(exists ? digest(value(args[1])) : "");
                case "GET" -> get = true;
                case "KEEPTTL" -> end = end(args[1]);
                case "PX" -> end = now + Long.parseLong(args[++arg]);
                default -> end = Long.parseLong(args[++arg]);
            }
        }
        if (refused) {
            return get ? old : bulk(null);
        }
        put(args[1], args[2], end, "");
        return get ? old : "+OK\r\n";
    }

    private static String digest(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        return String.format("%016x", Xxh3.hash(ByteBuffer.wrap(bytes), 0, bytes.length));
    }

    private String delex(String[] args) {
        String value = value(args[1]);
        boolean deletes = switch (args.length == 4 ? args[2] : args[0]) {
            case "DELEX" -> true;
            case "DELIFEQ" -> args[2].equals(value);
            case "IFEQ" -> args[3].equals(value);
            case "IFNE" -> !args[3].equals(value);
            default -> value != null && args[3].equals(digest(value));
        };
        return number(deletes && entries.remove(args[1]) != null ? 1 : 0);
    }

    private String msetex(String[] args, long now) {
        int end = 2 + 2 * Integer.parseInt(args[1]);
        String option = args[end];
        for (int arg = 2; arg < end; arg += 2) {
            if (entries.containsKey(args[arg]) ? option.equals("NX") : option.equals("XX")) {
                return number(0);
            }
        }
        for (int arg = 2; arg < end; arg += 2) {
            put(args[arg], args[arg + 1], option.equals("KEEPTTL") ? end(args[arg]) : now + Long.parseLong(args[end + 2]), "");
        }
        return number(1);
    }

    /** {@code INCREX key BYINT n LBOUND n UBOUND n PX ms [SATURATE | ENX]}. */
    private String increx(String[] args, long now) {
        String key = args[1];
        String value = entries.containsKey(key) ? value(key) : "0";
        if (!value.matches("0|-?[1-9][0-9]{0,17}")) {
            return "-ERR value is not an integer or out of range\r\n";
        }
        long old = Long.parseLong(value);
        long bounded = Math.max(Long.parseLong(args[5]), Math.min(Long.parseLong(args[7]), old + Long.parseLong(args[3])));
        String option = args.length > 10 ? args[10] : "";
        if (bounded != old + Long.parseLong(args[3]) && !option.equals("SATURATE")) {
            return "*2\r\n" + number(old) + number(0);
        }
        long end = option.equals("ENX") && end(key) != NONE ? end(key) : now + Long.parseLong(args[9]);
        return put(key, Long.toString(bounded), end, "*2\r\n" + number(bounded) + number(bounded - old));
    }

    private String getex(String key, String[] args, long now) {
        if (!entries.containsKey(key)) {
            return bulk(null);
        }
        long end = args[2].equals("PERSIST") ? NONE : args[2].equals("PX") ? now + Long.parseLong(args[3])
                : Long.parseLong(args[3]);
        return put(key, value(key), end, bulk(value(key)));
    }

    private String change(String key, String value) {
        return put(key, value, end(key), number(value.length()));
    }

    private String setrange(String key, int offset, String put) {
        StringBuilder value = new StringBuilder(text(key));
        if (put.isEmpty()) {
            return number(value.length());
        }
        while (value.length() < offset) {
            value.append('\0');
        }
        value.replace(offset, Math.min(value.length(), offset + put.length()), put);
        return change(key, value.toString());
    }

    private static String getrange(String value, int from, int to) {
        if (from < 0 && to < 0 && from > to) {
            return "";
        }
        int first = from < 0 ? Math.max(0, from + value.length()) : from;
        int last = Math.min(value.length() - 1, to < 0 ? Math.max(0, to + value.length()) : to);
        return first > last ? "" : value.substring(first, last + 1);
    }

    private String incrby(String key, long delta) {
        String value = entries.containsKey(key) ? value(key) : "0";
        if (!value.matches("0|-?[1-9][0-9]{0,17}")) {
            return "-ERR value is not an integer or out of range\r\n";
        }
        long sum = Long.parseLong(value) + delta;
        return put(key, Long.toString(sum), end(key), number(sum));
    }

    private String mget(String[] args) {
        StringBuilder reply = new StringBuilder("*" + (args.length - 1) + "\r\n");
        for (int arg = 1; arg < args.length; arg++) {
            reply.append(bulk(value(args[arg])));
        }
        return reply.toString();
    }

    private String mset(String[] args, String reply) {
        for (int arg = 1; arg < args.length; arg += 2) {
            put(args[arg], args[arg + 1], NONE, "");
        }
        return reply;
    }

    private String msetnx(String[] args) {
        for (int arg = 1; arg < args.length; arg += 2) {
            if (entries.containsKey(args[arg])) {
                return number(0);
            }
        }
        return mset(args, number(1));
    }

    private interface KeyTest {
        boolean test(String key);
    }

    private static String count(String[] args, KeyTest test) {
        int count = 0;
        for (int arg = 1; arg < args.length; arg++) {
            count += test.test(args[arg]) ? 1 : 0;
        }
        return number(count);
    }

    private String expire(String key, long end, String option, long now) {
        long old = end(key);
        boolean refused = switch (option) {
            case "NX" -> old != NONE;
            case "XX" -> old == NONE;
            case "GT" -> end <= old;
            case "LT" -> end >= old;
            default -> false;
        };
        if (!entries.containsKey(key) || refused) {
            return number(0);
        }
        return put(key, value(key), end, number(1));
    }

    private String time(String key, long since) {
        return number(!entries.containsKey(key) ? -2 : end(key) == NONE ? -1 : end(key) - since);
    }

    private String rename(String key, String other, boolean replace) {
        if (!entries.containsKey(key)) {
            return "-ERR no such key\r\n";
        }
        if (!replace && entries.containsKey(other)) {
            return number(0);
        }
        entries.put(other, key.equals(other) ? entries.get(key) : entries.remove(key));
        return replace ? "+OK\r\n" : number(1);
    }

    private String copy(String key, String other, boolean replace) {
        if (key.equals(other)) {
            return "-ERR source and destination objects are the same\r\n";
        }
        if (!entries.containsKey(key) || entries.containsKey(other) && !replace) {
            return number(0);
        }
        entries.put(other, entries.get(key));
        return number(1);
    }
}
