package kv.tests;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A redis-server of the version whose replies ours are, with ours' limits and no disk, on a free port of 127.0.0.1. */
final class RedisServer implements AutoCloseable {
    static final String VERSION = "7.0.15";
    private static final String PROGRAM = "redis-server";
    /** Between asking for a free port and listening on it somebody else may take it. */
    private static final int TRIES = 5;

    private final Process process;
    private final int port;

    private RedisServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Why there can be none here; null if there can. */
    static String absence() throws IOException, InterruptedException {
        boolean installed = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, PROGRAM)));
        if (!installed) {
            return PROGRAM + " is not installed";
        }
        Process process = new ProcessBuilder(PROGRAM, "--version").start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.contains("v=" + VERSION + " ") ? null : PROGRAM + " is not " + VERSION + " but " + said.strip();
    }

    static RedisServer start() throws IOException, InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(TestServer.HOST))) {
                port = free.getLocalPort();
            }
            Process process = new ProcessBuilder(PROGRAM, "--port", Integer.toString(port), "--bind", TestServer.HOST,
                    "--save", "", "--appendonly", "no", "--databases", "16", "--rdbcompression", "no",
                    "--proto-max-bulk-len", "1mb")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            while (process.isAlive()) {
                try (WireClient client = new WireClient(port)) {
                    client.ask("PING");
                    return new RedisServer(process, port);
                } catch (IOException notYet) {
                    Thread.onSpinWait();
                }
            }
        }
        throw new IOException(PROGRAM + " does not start");
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
