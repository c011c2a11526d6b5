package kv.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** The client's side of a wire protocol. Stateless. */
sealed interface Protocol permits RespProtocol, TextProtocol {

    /** @throws UsageException if the protocol has no way to say this */
    void write(List<byte[]> words, OutputStream out) throws IOException, UsageException;

    /** @throws IOException if the connection ends, or what comes is not of this protocol */
    Reply read(InputStream in) throws IOException;
}
