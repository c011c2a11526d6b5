package kv.commands;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Who may come in, and what each may do. A connection is the user {@code default}'s until it says otherwise; as long as that
 * user needs no password, everybody may come in, and so it is at the beginning.
 *
 * <p>Any thread. A change is seen by each connection of the user from its next command on.
 */
public final class Users {
    /** Who a connection is that says nothing. */
    public static final String DEFAULT = "default";

    static final int USERS_MAX = 10_000;
    private static final String LINE_START = "user";

    final Passwords passwords = new Passwords();
    private final Commands commands;
    private final Collection<Client> clients;
    /** Changed under this. */
    private final ConcurrentSkipListMap<String, User> byName = new ConcurrentSkipListMap<>();
    /** What a user has that is none: to find that out costs as much as a wrong password. */
    private final List<Credential> decoys;
    private volatile boolean hasSlowPasswords;
    private final LongAdder slowChecks = new LongAdder();
    private volatile UsersFile file;
    /** Why nobody may come in without a password; null: somebody may. */
    private volatile String closedBecause;

    Users(Commands commands, Map<Long, Client> clients) {
        this.commands = commands;
        this.clients = clients.values();
        this.decoys = List.of(Credential.decoy());
        byName.put(DEFAULT, new User(DEFAULT, allAllowed()));
    }

    private UserRules allAllowed() {
        UserRules rules = newRules();
        for (String rule : new String[] {"on", "nopass", "~*", "&*", "+@all"}) {
            rules.apply(rule);
        }
        return rules;
    }

    /** How often a password has been hashed to check it, as is done once for each that is right. */
    long slowChecks() {
        return slowChecks.sum();
    }

    /** A check of a password that takes long; null: too many wait. */
    PasswordCheck check(List<Credential> credentials, byte[] password, byte[] hmac, Background background) {
        PasswordCheck check = new PasswordCheck(credentials, password, hmac);
        if (!background.compute(check)) {
            return null;
        }
        slowChecks.increment();
        return check;
    }

    /** Where ACL LOAD and ACL SAVE find them; null: nowhere. */
    UsersFile file() {
        return file;
    }

    /** This file keeps them from now on. */
    public void keptIn(UsersFile theirs) {
        file = theirs;
    }

    UserRules newRules() {
        return new UserRules(commands, passwords);
    }

    User find(String name) {
        return byName.get(name);
    }

    /** By name. */
    Collection<User> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /** Whether there is somebody who may come in without a password. */
    public boolean isOpen() {
        return byName.values().stream().anyMatch(user -> user.rules().isOn && user.rules().needsNoPassword);
    }

    boolean defaultNeedsNoPassword() {
        return byName.get(DEFAULT).rules().needsNoPassword;
    }

    /**
     * From now on no change is taken by which somebody could come in without a password.
     *
     * @param reason what is said then
     */
    public void stayClosed(String reason) {
        closedBecause = reason;
    }

    private String refusal(UserRules rules) {
        return rules.isOn && rules.needsNoPassword ? closedBecause : null;
    }

    /**
     * Gives the default user one password, or with null, none, so that anybody may come in. Who is in stays in.
     *
     * @return null, or why that cannot be
     */
    public String setDefaultPassword(byte[] password) {
        return change(DEFAULT, rules -> {
            rules.apply(password == null ? "nopass" : "resetpass");
            return password == null ? null : rules.add(Credential.quick(password));
        });
    }

    /**
     * Makes these lines all that is said about users: {@code user name rule ...}. Empty ones and those that begin with # are
     * skipped. A default user that is not among them stays as it is; all others go, and so do their connections. Passwords given
     * as they are cost some 35 ms each.
     *
     * @param lines each char a byte
     * @throws IllegalArgumentException naming the line and what is wrong with it; nothing is changed
     */
    public void load(List<String> lines) {
        load(lines, Client::end);
    }

    /** As above. @param ending closes a connection whose user is gone then */
    public void load(List<String> lines, Consumer<Client> ending) {
        Map<String, UserRules> loaded = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                parse(i + 1, line, loaded);
            }
        }
        replace(loaded, ending);
    }

    private void parse(int number, String line, Map<String, UserRules> loaded) {
        String[] words = line.split("[ \t]+");
        if (!words[0].equals(LINE_START) || words.length < 2) {
            throw new IllegalArgumentException("line " + number + " should start with 'user', followed by a name");
        }
        if (loaded.containsKey(words[1])) {
            throw new IllegalArgumentException("line " + number + ": duplicate user " + Quoted.text(words[1]));
        }
        UserRules rules = newRules();
        for (int i = 2; i < words.length; i++) {
            String wrong = rules.apply(words[i]);
            if (wrong != null) {
                String shown = UserRules.isSlow(words[i]) ? words[i].charAt(0) + "..." : words[i];
                throw new IllegalArgumentException("line " + number + ": " + Quoted.text(shown) + ": " + wrong);
            }
        }
        if (refusal(rules) != null) {
            throw new IllegalArgumentException("line " + number + ": " + refusal(rules));
        }
        loaded.put(words[1], rules);
        if (loaded.size() > USERS_MAX) {
            throw new IllegalArgumentException("more than " + USERS_MAX + " users");
        }
    }

    private synchronized void replace(Map<String, UserRules> loaded, Consumer<Client> ending) {
        loaded.forEach(this::set);
        for (String name : List.copyOf(byName.keySet())) {
            if (!loaded.containsKey(name) && !name.equals(DEFAULT)) {
                delete(name, ending);
            }
        }
        findSlowPasswords();
    }

    private void findSlowPasswords() {
        hasSlowPasswords = byName.values().stream().flatMap(each -> each.rules().credentials().stream())
                .anyMatch(Credential::isSlow);
    }

    /** What {@link #load} takes, of the users there are now. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (User user : byName.values()) {
            lines.add(LINE_START + " " + user.name + " " + user.rules().text());
        }
        return lines;
    }

    /** Changes a user's rules. */
    interface Change {
        /** @return null, or what is wrong: then nothing is changed */
        String apply(UserRules rules);
    }

    /** Changes a user, or makes a new one. @return null, or what the change, or we, found wrong */
    String change(String name, Change change) {
        while (true) {
            User user = byName.get(name);
            UserRules before = user == null ? null : user.rules();
            UserRules rules = user == null ? newRules() : before.copy();
            String wrong = change.apply(rules); // takes long where it hashes a password: nobody may wait for that
            wrong = wrong == null ? refusal(rules) : wrong;
            if (wrong != null) {
                return wrong;
            }
            synchronized (this) {
                if (byName.get(name) == user && (user == null || user.rules() == before)) {
                    if (user == null && byName.size() >= USERS_MAX) {
                        return "There are " + USERS_MAX + " users already";
                    }
                    set(name, rules);
                    findSlowPasswords();
                    return null;
                }
            }
        }
    }

    private void set(String name, UserRules rules) {
        User user = byName.get(name);
        if (user == null) {
            byName.put(name, new User(name, rules));
        } else {
            user.become(rules);
        }
        for (Client client : clients) {
            if (client.user == user) {
                client.refresh();
            }
        }
    }

    /** Deletes a user and has its connections closed. @param ending closes one @return whether there was such a user */
    synchronized boolean delete(String name, Consumer<Client> ending) {
        User user = byName.remove(name);
        if (user == null) {
            return false;
        }
        for (Client client : clients) {
            if (client.user == user) {
                ending.accept(client);
            }
        }
        return true;
    }

    /** What the password of such a user is compared with, be there one or not. */
    List<Credential> credentialsOf(User user) {
        if (user != null && user.rules().isOn) {
            return user.rules().credentials();
        }
        return hasSlowPasswords ? decoys : List.of();
    }

    /** False if there is no such user any more, or it is off. */
    synchronized boolean enter(Client client, User user) {
        if (user == null || byName.get(user.name) != user || !user.rules().isOn) {
            return false;
        }
        client.become(user);
        return true;
    }

    /**
     * The connection is what it was when it was new: the user's whom its certificate names, or the default user's, if that needs
     * no password.
     */
    void greet(Client client) {
        if (client.certifiedName != null) {
            if (!enter(client, byName.get(client.certifiedName))) {
                client.become(null);
            }
            return;
        }
        User user = byName.get(DEFAULT);
        client.become(user.rules().isOn && user.rules().needsNoPassword ? user : null);
    }
}
