package kv.tests;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A connection to each of two servers that get the same commands, and another to each, by which what they hold is read.
 *
 * <p>Owner: one thread. A connection that a command has ended, of both servers, is opened again.
 */
final class ServerPair implements AutoCloseable {
    private final int[] ports;
    private final WireClient[] clients = new WireClient[2];
    private final WireClient[] observers = new WireClient[2];
    private final RandomGenerator random;

    record Replies(Reply ours, Reply theirs) {
    }

    ServerPair(int ours, int theirs, RandomGenerator random) throws IOException {
        ports = new int[] {ours, theirs};
        this.random = random;
        for (int i = 0; i < 2; i++) {
            observers[i] = new WireClient(ports[i]);
        }
        connect();
    }

    private void connect() throws IOException {
        for (int i = 0; i < 2; i++) {
            if (clients[i] != null) {
                clients[i].close();
            }
            clients[i] = new WireClient(ports[i]);
        }
    }

    /** Each command's replies; fewer where one of them has ended a connection. */
    List<Replies> exchange(List<String[]> commands) throws IOException {
        StringBuilder bytes = new StringBuilder();
        for (String[] command : commands) {
            bytes.append(WireClient.request(command));
        }
        for (WireClient client : clients) {
            client.sendCut(bytes.toString(), random);
        }
        List<Replies> replies = new ArrayList<>();
        for (String[] command : commands) {
            Reply[] both = new Reply[2];
            for (int i = 0; i < 2; i++) {
                try {
                    both[i] = clients[i].reply();
                } catch (IOException lost) {
                    both[i] = new Reply('!', "connection lost: " + lost.getMessage(), List.of());
                }
            }
            replies.add(new Replies(both[0], both[1]));
            boolean isLost = both[0].type() == '!' || both[1].type() == '!';
            if (isLost) {
                connect();
                break;
            }
        }
        return replies;
    }

    void forgetAll() throws IOException {
        for (WireClient observer : observers) {
            observer.ask("FLUSHALL");
        }
    }

    /** All keys that these commands may have named; both connections begin anew. */
    void forget(List<String[]> commands) throws IOException {
        List<String> command = new ArrayList<>();
        command.add("DEL");
        for (String[] named : commands) {
            command.addAll(Arrays.asList(named));
        }
        for (WireClient observer : observers) {
            for (String database : CommandGrammar.DATABASES_USED) {
                observer.ask("SELECT", database);
                observer.ask(command.toArray(new String[0]));
            }
        }
        for (WireClient client : clients) {
            client.ask("RESET");
        }
    }

    /**
     * Until so much later by both servers' clocks. Redis then also drops what has ended, which some commands still see
     * otherwise.
     */
    void awaitLater(long micros, String[] command) throws IOException {
        for (WireClient observer : observers) {
            long end = micros(observer) + micros;
            while (micros(observer) <= end) {
                Thread.onSpinWait();
            }
            for (String database : CommandGrammar.DATABASES_USED) {
                observer.ask("SELECT", database);
                for (String argument : command) {
                    observer.ask("TYPE", argument);
                }
            }
        }
    }

    private static long micros(WireClient client) throws IOException {
        Reply time = client.ask("TIME");
        return Long.parseLong(time.parts().get(0).text()) * 1_000_000 + Long.parseLong(time.parts().get(1).text());
    }

    /** All that the two hold, one after another; times that are alike are written alike. */
    List<String> state() throws IOException {
        List<String> texts = List.of("", "");
        for (String database : CommandGrammar.DATABASES_USED) {
            for (WireClient observer : observers) {
                observer.ask("SELECT", database);
            }
            List<String> found = stateOfDatabase();
            texts = List.of(texts.get(0) + found.get(0) + " in " + database + "; ",
                    texts.get(1) + found.get(1) + " in " + database + "; ");
        }
        return texts;
    }

    private List<String> stateOfDatabase() throws IOException {
        List<TreeMap<String, Reply[]>> states = List.of(entries(observers[0]), entries(observers[1]));
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            StringBuilder text = new StringBuilder();
            TreeMap<String, Reply[]> other = states.get(1 - i);
            states.get(i).forEach((key, facts) -> {
                Reply[] others = other.get(key);
                String[] asked = {"PEXPIRETIME", key};
                boolean sameTime = others != null && ReplyComparison.areAlike(asked, facts[1], others[1]);
                boolean same = sameTime && facts[0].equals(others[0]);
                if (!same) {
                    text.append(Escaped.of(key)).append(' ').append(facts[0]).append(" until ").append(facts[1]).append("; ");
                }
            });
            texts.add(text.append(states.get(i).size()).append(" keys").toString());
        }
        return texts;
    }

    private static TreeMap<String, Reply[]> entries(WireClient observer) throws IOException {
        TreeMap<String, Reply[]> entries = new TreeMap<>();
        for (Reply key : observer.ask("KEYS", "*").parts()) {
            entries.put(key.text(), new Reply[] {observer.ask("GET", key.text()), observer.ask("PEXPIRETIME", key.text())});
        }
        return entries;
    }

    @Override
    public void close() throws IOException {
        for (WireClient client : clients) {
            client.close();
        }
        for (WireClient observer : observers) {
            observer.close();
        }
    }
}
