package kv.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import kv.commands.Background;
import kv.commands.Client;
import kv.commands.ClientMemory;
import kv.commands.CommandService;
import kv.net.Holdings;
import kv.net.RequestHandler;
import kv.net.Service;
import kv.net.TcpServer;
import kv.net.UnixPeer;
import kv.tls.CommonName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Comings and goings of clients.
 *
 * @param durability null where replies wait for no disk
 * @param tls null where there is no TLS port
 */
record Clients(CommandService commands, DataDirectory durability, Background background, TlsKeeper tls) implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(KvServer.class);

    @Override
    public RequestHandler newHandler() {
        return new ConnectionHandler(commands.newExecutor(), durability, background);
    }

    @Override
    public Object connected(long id, SocketAddress remote, SocketAddress local) {
        Client client = commands.connected(id, text(remote), text(local));
        if (remote instanceof UnixPeer peer) {
            client.runsAs(peer.user());
        }
        return new ServedClient(client);
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? TcpServer.text(inet) : address.toString();
    }

    @Override
    public void opened(Object client, Runnable closing, Supplier<Holdings> holdings) {
        Client opened = ((ServedClient) client).client;
        opened.closesBy(closing);
        opened.holds(() -> memory(holdings.get()));
    }

    private static ClientMemory memory(Holdings held) {
        return new ClientMemory(held.unreadBytes(), held.inputBytes(), held.outputBlocks(), held.outputBytes(),
                held.bufferBytes() + held.heapBytes(), held.sends());
    }

    @Override
    public void disconnected(Object client) {
        commands.disconnected(((ServedClient) client).client);
    }

    /** A certificate that was shown names the user, if it is to. Who has shown none stays what they were. */
    @Override
    public void secured(Object client, SSLSession session) throws SSLException {
        if (!tls.certificatesNameUsers()) {
            return;
        }
        String name;
        try {
            X509Certificate shown = (X509Certificate) session.getPeerCertificates()[0];
            shown.checkValidity(); // a session that is taken up again has been checked when it began
            name = CommonName.of(shown);
        } catch (SSLPeerUnverifiedException nothingShown) {
            return;
        } catch (CertificateException nobody) {
            throw new SSLException("the client's certificate is that of nobody: " + nobody.getMessage(), nobody);
        }
        if (!commands.enterByCertificate(((ServedClient) client).client, name)) {
            throw new SSLException("there is no user '" + name.replaceAll("[^!-~]", "?") + "' that is on, as the client's "
                    + "certificate names it");
        }
    }

    @Override
    public void refused(Object client, SSLException fault) {
        LOG.info("TLS: connection of {} refused: {}", ((ServedClient) client).client.remote(), fault.getMessage());
    }

    @Override
    public byte[] tooManyConnections(int firstByte) {
        return CommandService.tooManyConnections(firstByte);
    }
}
