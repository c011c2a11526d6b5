package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same random commands to our server and to redis-server 7.0.15, in packets cut at random: the replies must say the same, and
 * after every round so must all that is stored. Where redis-server is not installed the tests are skipped, and say so.
 *
 * <p>What differs on purpose stands in redis_differences.txt, each with its reason. After a difference both servers forget the
 * keys that were named since, so that it is not found again in what follows from it.
 *
 * <p>A few seeds in the gate, more and a new one each time under the profile stress; for longer, or to repeat one:
 * {@code mvn test -pl modules/kv.tests -am -Pstress -Dtest=RedisDifferentialTest -Dsurefire.failIfNoSpecifiedTests=false},
 * {@code -Dkv.seed=N} for that seed alone, {@code -Dkv.tests.image=FOLDER} for the server of an image.
 */
@Timeout(value = 1200, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisDifferentialTest extends BesideRedis {
    private static final int COMMANDS = 20_000;
    private static final int PIPELINE_MAX = 8;
    private static final int COMMANDS_A_ROUND = 250;
    private static final int DIFFERENCES_SHOWN = 200;
    private static final long SOON_MICROS = 5_000;

    /** Of later versions, of Valkey, or our own. */
    private static final Set<String> NEWER = Set.of("msetex", "delex", "delifeq", "digest", "increx", "delprefix",
            "checkpoint", "backup", "hotkeys");

    private final Map<String, String> differences = new LinkedHashMap<>();
    /** What is queued since MULTI, on both servers. */
    private final List<String[]> queued = new ArrayList<>();
    private boolean queueing;
    private int swapsSinceWatch;
    private final Map<String, Integer> known = new LinkedHashMap<>();

    @ParameterizedTest
    @MethodSource("seeds")
    void randomCommands_bothServers_sameRepliesAndState(long seed) throws IOException {
        System.out.println("seed " + seed);
        ServerPair pair = new ServerPair(kv.port(), redis.port(), new Random(seed));
        try {
            CommandGrammar grammar = new CommandGrammar(new Random(seed));
            Random random = new Random(~seed);
            pair.forgetAll();
            KnownDifferences reasons = new KnownDifferences();
            int inRound = 0;
            for (int sent = 0; sent < COMMANDS && differences.size() < DIFFERENCES_SHOWN;) {
                List<String[]> pipeline = new ArrayList<>();
                for (int i = 1 + random.nextInt(PIPELINE_MAX); i > 0; i--) {
                    String[] command = grammar.next();
                    pipeline.add(queueing ? CommandGrammar.withoutHaste(command) : command);
                    if (CommandGrammar.endsSoon(command) || CommandGrammar.isAboutTransactions(command)) {
                        break;
                    }
                }
                if (!exchange(pair, pipeline, reasons)) {
                    pair.forget(pipeline); // both connections begin anew
                    if (queueing || CommandGrammar.isAboutTransactions(pipeline.get(pipeline.size() - 1))) {
                        pair.forgetAll();
                    }
                    queued.clear();
                    queueing = false;
                }
                String[] last = pipeline.get(pipeline.size() - 1);
                if (CommandGrammar.endsSoon(last)) {
                    pair.awaitLater(SOON_MICROS, last);
                }
                sent += pipeline.size();
                inRound += pipeline.size();
                if (inRound >= COMMANDS_A_ROUND) {
                    inRound = 0;
                    compareState(pair);
                }
            }
        } finally {
            pair.close();
        }
        System.out.println("known differences met: " + known);
        if (!differences.isEmpty()) {
            StringBuilder text = new StringBuilder();
            differences.forEach((shape, difference) -> text.append(difference).append('\n'));
            fail("seed " + seed + ": " + differences.size() + " differences from Redis " + RedisServer.VERSION + "\n" + text);
        }
    }

    /** False after a difference: what the servers hold may differ too. */
    private boolean exchange(ServerPair pair, List<String[]> pipeline, KnownDifferences reasons) throws IOException {
        List<ServerPair.Replies> replies = pair.exchange(pipeline);
        for (int i = 0; i < replies.size(); i++) {
            String[] command = pipeline.get(i);
            Reply ours = replies.get(i).ours();
            Reply theirs = replies.get(i).theirs();
            List<String[]> executed = follow(command, theirs);
            if (!executed.isEmpty() && hasParts(ours, executed.size()) && hasParts(theirs, executed.size())) {
                for (int part = 0; part < executed.size(); part++) {
                    if (!isSame(executed.get(part), ours.parts().get(part), theirs.parts().get(part), reasons)) {
                        return false;
                    }
                }
            } else if (!isSame(command, ours, theirs, reasons)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasParts(Reply reply, int count) {
        return reply.parts() != null && reply.parts().size() == count;
    }

    /** Keeps account of what is queued; returns what this command has executed of that. */
    private List<String[]> follow(String[] command, Reply reply) {
        String name = command[0].toLowerCase(Locale.ROOT);
        List<String[]> executed = List.of();
        swapsSinceWatch = name.equals("watch") ? 0 : swapsSinceWatch + (name.equals("swapdb") ? 1 : 0);
        if ("QUEUED".equals(reply.text())) {
            queued.add(command);
        } else if (name.equals("multi") && "OK".equals(reply.text())) {
            queueing = true;
        } else if (name.equals("exec") || name.equals("discard") && command.length == 1
                || reply.type() == '!' || name.equals("reset") && !reply.isError()) {
            executed = name.equals("exec") ? List.copyOf(queued) : executed;
            queued.clear();
            queueing = false;
        }
        return executed;
    }

    private boolean isSame(String[] command, Reply ours, Reply theirs, KnownDifferences reasons) {
        if (ReplyComparison.areAlike(command, ours, theirs)) {
            return true;
        }
        if (swapsSinceWatch > 1 && command[0].equalsIgnoreCase("exec") && ours.isNull()) {
            known.merge("what a number has been between two swaps nobody knows", 1, Integer::sum);
            return false;
        }
        String reason = ReplyComparison.areAlikeButRounded(command, ours, theirs) ? "rounded otherwise"
                : reasons.reason(Escaped.of(command), theirs.toString(), ours.toString());
        if (reason == null) {
            report(command, ours.toString(), theirs.toString());
        } else {
            known.merge(reason, 1, Integer::sum);
        }
        return false;
    }

    /** One of each kind: the same command word with replies that begin alike. */
    private void report(String[] command, String ours, String theirs) {
        String shape = command[0].toLowerCase(Locale.ROOT) + kind(ours) + kind(theirs);
        differences.putIfAbsent(shape, Escaped.of(command) + "\n    Redis " + theirs + "\n    ours  " + ours);
    }

    private static String kind(String reply) {
        String plain = reply.replaceAll("\\d+", "0").replaceAll("'.*'", "''");
        return " " + plain.substring(0, Math.min(24, plain.length()));
    }

    private void compareState(ServerPair pair) throws IOException {
        List<String> states = pair.state();
        if (states.get(0).equals(states.get(1))) {
            return;
        }
        differences.put("state " + differences.size(), "state\n    Redis " + states.get(1) + "\n    ours  " + states.get(0));
        pair.forgetAll();
    }

    /** COMMAND INFO tells of each command of ours what Redis tells: arity, flags, and where its keys are. */
    @Test
    void commandInfo_eachCommandOfOurs_asInRedis() throws IOException {
        List<String> wrong = new ArrayList<>();
        try (WireClient ours = kv.client(); WireClient theirs = new WireClient(redis.port())) {
            for (Reply name : ours.ask("COMMAND", "LIST").parts()) {
                if (NEWER.contains(name.text())) {
                    continue;
                }
                String own = facts(ours.ask("COMMAND", "INFO", name.text()));
                String real = facts(theirs.ask("COMMAND", "INFO", name.text()));
                if (!own.equals(real)) {
                    wrong.add(name.text() + "\n    Redis " + real + "\n    ours  " + own);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    /** Name, arity, flags in order of the alphabet, first and last key, step; empty where there is no such command. */
    private static String facts(Reply info) {
        Reply command = info.parts().get(0);
        if (command.isNull()) {
            return "";
        }
        List<String> texts = command.parts().stream().map(Reply::text).toList();
        List<String> flags = command.parts().get(2).parts().stream().map(Reply::text).sorted().toList();
        return texts.get(0) + " " + texts.get(1) + " " + flags + " " + texts.subList(3, 6);
    }
}
