package kv.cli;

import java.io.IOException;

/** Prints replies in one format, each to its end. */
interface Printer {

    void print(Reply reply) throws IOException;
}
