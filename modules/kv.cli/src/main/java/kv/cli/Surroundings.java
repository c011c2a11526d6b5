package kv.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;

/** Where the program runs: its three streams, which of them a person sees, and its environment. */
record Surroundings(InputStream in, OutputStream out, PrintStream err, boolean inIsTerminal, boolean outIsTerminal,
                    Map<String, String> environment) {
}
