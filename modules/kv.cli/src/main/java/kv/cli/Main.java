package kv.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/** The program kv-cli; see {@code kv-cli --help}. */
public final class Main {
    private static final int OUTPUT_BYTES = 1 << 16;

    private Main() {
    }

    /** Ends the JVM with the status that {@code kv-cli --help} tells. */
    public static void main(String[] args) {
        // Only the launcher can ask the system which streams are terminals; it tells by this property.
        String terminals = System.getProperty("kv.cli.terminals", "");
        Surroundings surroundings = new Surroundings(System.in,
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), OUTPUT_BYTES), System.err,
                terminals.contains("in"), terminals.contains("out"), System.getenv());
        System.exit(new Cli(surroundings).run(args));
    }
}
