package kv.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The server at the other end: connected to and logged in to when it is first asked something, and again after a failure.
 *
 * <p>Owner: one thread; {@link #close} may be called by another, to end a wait.
 * <p>Failure: an I/O error closes the connection and is thrown; what was asked may or may not have been done.
 */
final class Server implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Protocol protocol;
    private final Consumer<Reply> asides;
    private Target target;
    private volatile Closeable connection;
    private InputStream in;
    private OutputStream out;
    private int database;
    private boolean inTransaction;

    /** @param asides takes what the server says unasked, or what went wrong while logging in */
    Server(Target target, Protocol protocol, Consumer<Reply> asides) {
        this.target = target;
        this.protocol = protocol;
        this.asides = asides;
    }

    /** One command, waiting for its reply. */
    Reply ask(List<byte[]> words) throws IOException, UsageException {
        Reply reply = askAll(List.of(words)).get(0);
        follow(words, reply);
        return reply;
    }

    /** The same, of words that are text. */
    Reply ask(String... words) throws IOException, UsageException {
        return ask(bytes(words));
    }

    /**
     * Several commands at once; their replies in order. So few that replies cannot fill the sockets' buffers: some hundreds.
     */
    List<Reply> askAll(List<List<byte[]>> commands) throws IOException, UsageException {
        try {
            connect();
            for (List<byte[]> words : commands) {
                protocol.write(words, out);
            }
            out.flush();
            List<Reply> replies = new ArrayList<>(commands.size());
            for (int i = 0; i < commands.size(); i++) {
                replies.add(reply());
            }
            return replies;
        } catch (IOException | UsageException failure) {
            close(); // half a command may be in the buffer, or half a reply read
            throw failure;
        }
    }

    /** One command whose replies are then taken by {@link #next}, as many as come. */
    void send(List<byte[]> words) throws IOException, UsageException {
        try {
            connect();
            protocol.write(words, out);
            out.flush();
        } catch (IOException | UsageException failure) {
            close();
            throw failure;
        }
    }

    /** Whatever comes next. */
    Reply next() throws IOException {
        try {
            return protocol.read(in);
        } catch (IOException failure) {
            close();
            throw failure;
        }
    }

    private Reply reply() throws IOException {
        Reply reply = protocol.read(in);
        while (reply instanceof Reply.Push) {
            asides.accept(reply);
            reply = protocol.read(in);
        }
        return reply;
    }

    /** Connects and logs in, unless that is done. */
    void connect() throws IOException, UsageException {
        if (connection != null) {
            return;
        }
        try {
            if (target.socket() != null) {
                connectTo(target.socket());
            } else {
                connectTo(target.host(), target.port());
            }
        } catch (IOException | InvalidPathException failure) {
            throw new IOException("cannot connect to " + target.address() + ": " + failure.getMessage(), failure);
        }
        inTransaction = false;
        try {
            greet();
        } catch (IOException | UsageException failure) {
            close();
            throw failure;
        }
    }

    private void connectTo(String host, int port) throws IOException {
        Socket socket = new Socket(Proxy.NO_PROXY); // to ask whether there is one costs more than the PING
        try {
            socket.setTcpNoDelay(true);
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new UnknownHostException("no such host");
            }
            socket.connect(address, target.connectMillis());
            if (target.encryption() != null) {
                socket.setSoTimeout(target.connectMillis());
                socket = target.encryption().over(socket, host, port);
                socket.setSoTimeout(0);
            }
            use(socket, socket.getInputStream(), socket.getOutputStream());
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    private void connectTo(String path) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        use(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    }

    private void use(Closeable opened, InputStream input, OutputStream output) {
        connection = opened;
        in = new BufferedInputStream(input, BUFFER_BYTES);
        out = new BufferedOutputStream(output, BUFFER_BYTES);
    }

    /**
     * What has to be said before anything else. A refused login is told, and the server refuses what follows if it minds; a
     * database that is not there is an error, or the commands that follow would change another one.
     */
    private void greet() throws IOException, UsageException {
        String user = target.user();
        String password = target.password();
        if (target.resp3()) {
            String name = user == null ? "default" : user;
            greet(password == null ? bytes("HELLO", "3") : bytes("HELLO", "3", "AUTH", name, password));
        } else if (password != null) {
            greet(user == null ? bytes("AUTH", password) : bytes("AUTH", user, password));
        }
        database = 0;
        if (target.database() != 0) {
            Reply reply = askAll(List.of(bytes("SELECT", Integer.toString(target.database())))).get(0);
            if (reply instanceof Reply.Failure failure) {
                throw new IOException("database " + target.database() + ": " + failure.text());
            }
            database = target.database();
        }
    }

    private void greet(List<byte[]> words) throws IOException, UsageException {
        Reply reply = askAll(List.of(words)).get(0);
        if (reply instanceof Reply.Failure failure) {
            asides.accept(new Reply.Failure(new String(words.get(0), StandardCharsets.US_ASCII) + " failed: "
                    + failure.text()));
        }
    }

    /** What a reply tells about this connection's state, which a prompt shows. */
    private void follow(List<byte[]> words, Reply reply) {
        if (reply instanceof Reply.Failure) {
            return;
        }
        String word = words.get(0).length > 16 ? "" : new String(words.get(0), StandardCharsets.ISO_8859_1);
        if (word.equalsIgnoreCase("MULTI")) {
            inTransaction = true;
        } else if (word.equalsIgnoreCase("EXEC") || word.equalsIgnoreCase("DISCARD")) {
            inTransaction = false;
        } else if (word.equalsIgnoreCase("RESET")) {
            inTransaction = false;
            database = 0;
        } else if (word.equalsIgnoreCase("SELECT") && words.size() == 2 && !inTransaction) {
            followSelect(new String(words.get(1), StandardCharsets.ISO_8859_1));
        }
    }

    private void followSelect(String number) {
        try {
            database = Integer.parseInt(number);
            target = target.withDatabase(database); // there too after the connection was lost
        } catch (NumberFormatException notOurs) {
            // a server that names its databases otherwise
        }
    }

    /** From now on the server at {@code host} and {@code port}. */
    void moveTo(String host, int port) {
        close();
        target = target.withAddress(host, port);
    }

    boolean isConnected() {
        return connection != null;
    }

    /** For people: where it is, and the connection's state there, such as {@code 127.0.0.1:9099[1](TX)}. */
    String place() {
        return target.address() + (database == 0 ? "" : "[" + database + "]") + (inTransaction ? "(TX)" : "");
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    static List<byte[]> bytes(String... words) {
        List<byte[]> bytes = new ArrayList<>(words.length);
        for (String word : words) {
            bytes.add(word.getBytes(StandardCharsets.UTF_8));
        }
        return bytes;
    }

    @Override
    public void close() {
        Closeable open = connection;
        connection = null;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException gone) {
            // Nothing is left to be sent, and whoever reads knows the failure that led here.
        }
    }
}
