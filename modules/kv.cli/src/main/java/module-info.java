/**
 * The program kv-cli: commands to a server from the command line, from a file, or from a shell with history and completion.
 * Knows how keys and certificates are read, the wire protocols from the client's side, and nothing else of the server. Exports
 * {@code Main} alone, for nobody: a module that exports something is there when the JVM is started without a main module, and
 * only then does it take the modules as the start-up archive has them, 15 ms sooner.
 *
 * <p>In reading order: {@code Main}, {@code Options}, {@code Cli} (what is run), {@code Server} with its two protocols,
 * {@code Reply}, {@code Quoting}.
 */
module kv.cli {
    exports kv.cli;
    requires kv.tls;
    requires org.jline.reader;
    requires org.jline.terminal;
    // Not used by us: with it the line editor takes Ctrl-C and a new window size as they come.
    requires jdk.unsupported;
}
