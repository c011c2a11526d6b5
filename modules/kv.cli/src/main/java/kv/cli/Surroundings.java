package kv.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/** Where the program runs: its three streams, and which of them a person sees. */
record Surroundings(InputStream in, OutputStream out, PrintStream err, boolean inIsTerminal, boolean outIsTerminal) {
}
