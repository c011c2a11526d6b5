/**
 * Health, metrics and a live page over HTTP, read-only. Knows no command, no store and no socket but its own: what it shows
 * comes
 * from a {@link kv.admin.Source}.
 *
 * <p>Read {@link kv.admin.Source} for what to implement, {@link kv.admin.AdminServer} for how to run it, {@link
 * kv.admin.AdminConfig}
 * for its limits.
 */
module kv.admin {
    requires transitive kv.stats;

    exports kv.admin;
}
