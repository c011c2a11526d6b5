package kv.lua;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@code redis-server} of our own, on a socket in a folder of its own, that is asked to run scripts. */
final class ReferenceRedis implements AutoCloseable {

    private final Path folder;
    private final Process process;
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(1 << 16).limit(0);

    private ReferenceRedis(Path folder, Process process, SocketChannel channel) {
        this.folder = folder;
        this.process = process;
        this.channel = channel;
    }

    /** @return null if it is not installed */
    static ReferenceRedis start() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("kv-redis");
        Process process;
        try {
            process = new ProcessBuilder("redis-server", "--port", "0", "--unixsocket", folder + "/s", "--save", "", "--dir",
                    folder.toString()).redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectErrorStream(true).start();
        } catch (IOException absent) {
            Files.delete(folder);
            return null;
        }
        for (int i = 0; i < 1000 && process.isAlive(); i++) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(folder.resolve("s")));
                return new ReferenceRedis(folder, process, channel);
            } catch (IOException notYet) {
                channel.close();
                process.waitFor(10, TimeUnit.MILLISECONDS);
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("redis-server does not answer");
    }

    /** Runs a script that returns an array of strings. */
    List<String> eval(String script, List<String> arguments) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("*" + (3 + arguments.size()) + "\r\n$4\r\nEVAL\r\n").getBytes(StandardCharsets.ISO_8859_1));
        add(request, script);
        add(request, "0");
        for (String argument : arguments) {
            add(request, argument);
        }
        ByteBuffer out = ByteBuffer.wrap(request.toByteArray());
        while (out.hasRemaining()) {
            channel.write(out);
        }
        String head = line();
        if (!head.startsWith("*")) {
            throw new IOException(head);
        }
        List<String> results = new ArrayList<>();
        for (int i = Integer.parseInt(head.substring(1)); i > 0; i--) {
            byte[] bytes = new byte[Integer.parseInt(line().substring(1))];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = next();
            }
            next();
            next();
            results.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        return results;
    }

    private static void add(ByteArrayOutputStream request, String argument) {
        request.writeBytes(("$" + argument.length() + "\r\n" + argument + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private byte next() throws IOException {
        if (!in.hasRemaining()) {
            in.clear();
            if (channel.read(in) < 0) {
                throw new IOException("redis-server has closed");
            }
            in.flip();
        }
        return in.get();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = next(); b != '\n'; b = next()) {
            line.append((char) (b & 0xff));
        }
        return line.substring(0, line.length() - 1);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(folder.resolve("s"));
        Files.deleteIfExists(folder);
    }
}
