package kv.commands;

/**
 * One who may come in: a name, and what is said about it now. Any thread.
 *
 * <p>Changed by {@link Users} only, which tells the connections.
 */
final class User {
    /** A char a byte. */
    final String name;
    private volatile UserRules rules;
    /** Null: everything. */
    private volatile Rights rights;

    User(String name, UserRules rules) {
        this.name = name;
        become(rules);
    }

    /** What is said about it; not to be changed. */
    UserRules rules() {
        return rules;
    }

    /** What it may do; null: everything. */
    Rights rights() {
        return rights;
    }

    void become(UserRules changed) {
        rights = changed.allowsAll() ? null : changed.rights();
        rules = changed;
    }
}
