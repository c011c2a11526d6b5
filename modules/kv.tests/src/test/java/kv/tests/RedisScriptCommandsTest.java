package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each command of our table, called by a script: what redis-server 7.0.15 allows is allowed, and nothing more. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisScriptCommandsTest extends BesideRedis {
    private static final String CALL = "return redis.pcall(unpack(ARGV))";
    /**
     * They look at keys that a script has not declared, or at the server, or change it: a script of ours may not. Of containers
     * it is the name alone that is refused, with what is no subcommand.
     */
    private static final Set<String> REFUSED_HERE_ONLY = Set.of("flushall", "flushdb", "info", "keys", "lastsave", "randomkey",
            "scan", "swapdb", "acl", "client", "command", "config", "latency", "memory", "object", "script", "slowlog");

    @Test
    void command_calledByAScript_isAllowedAsInRedis() throws IOException {
        Set<String> refusedHere = new TreeSet<>();
        Set<String> refusedThere = new TreeSet<>();
        try (WireClient ours = kv.client(); WireClient theirs = new WireClient(redis.port())) {
            for (Reply each : ours.ask("COMMAND", "LIST").parts()) {
                String name = each.text();
                Reply info = theirs.ask("COMMAND", "INFO", name).parts().get(0);
                if (info.isNull()) {
                    continue; // newer than 7.0.15, or ours
                }
                String[] request = request(name, Math.abs(Integer.parseInt(info.parts().get(1).text())));
                if (isRefused(ours.ask(request))) {
                    refusedHere.add(name);
                }
                if (isRefused(theirs.ask(request))) {
                    refusedThere.add(name);
                }
            }
        }
        Set<String> allowedHereOnly = new TreeSet<>(refusedThere);
        allowedHereOnly.removeAll(refusedHere);
        assertEquals(Set.of(), allowedHereOnly);
        refusedHere.removeAll(refusedThere);
        assertEquals(new TreeSet<>(REFUSED_HERE_ONLY), refusedHere);
    }

    private static String[] request(String name, int words) {
        List<String> request = new ArrayList<>(List.of("EVAL", CALL, "1", "k"));
        request.addAll(Arrays.asList(name.split("[|]")));
        for (int length = request.size() - 4; length < words; length++) {
            request.add("k");
        }
        return request.toArray(new String[0]);
    }

    private static boolean isRefused(Reply reply) {
        return reply.isError() && reply.text().contains("not allowed from script");
    }
}
