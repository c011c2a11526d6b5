package example.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import kv.server.KvServer;
import kv.server.ServerConfig;

public final class OwnServer {
    public static void main(String[] args) throws IOException {
        ServerConfig config = ServerConfig.defaults().with("port", "0").with("max-memory", "256m");
        try (KvServer server = KvServer.start(config)) {
            InetSocketAddress address = server.addresses().get(0);
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                BufferedReader replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
                socket.getOutputStream().write("SET greeting hello\nGET greeting\n".getBytes(UTF_8));
                System.out.println(replies.readLine());
                System.out.println(replies.readLine());
            }
            // The program itself uses the same data without the network.
            byte[] greeting = server.store().get("greeting".getBytes(UTF_8));
            System.out.println("in the store: " + new String(greeting, UTF_8));
        }
        System.out.println("stopped");
    }
}
