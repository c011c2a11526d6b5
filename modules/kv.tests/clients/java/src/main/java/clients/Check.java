package clients;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What all programs here share: run with a port and a database, they print the lines that run.sh reads. */
final class Check {
    final int port;
    final int database;

    Check(String[] args, String library, Class<?> of) {
        port = Integer.parseInt(args[0]);
        database = Integer.parseInt(args[1]);
        String jar = of.getProtectionDomain().getCodeSource().getLocation().getPath();
        System.out.println("library " + library + " " + jar.replaceAll(".*-([0-9][^/]*?)(\\.RELEASE)?\\.jar", "$1"));
    }

    interface Body {
        void run() throws Exception;
    }

    void check(String what, Body body) {
        try {
            body.run();
            System.out.println("ok " + what);
        } catch (Throwable thrown) {
            Throwable cause = thrown;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            String text = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
            System.out.println("no " + what + ": " + (text.equals("null") ? cause.getClass().getName() : text));
        }
    }

    static void equal(Object found, Object expected) {
        if (!Objects.equals(found, expected)) {
            throw new IllegalStateException(found + " instead of " + expected);
        }
    }

    String ask(int inDatabase, String command) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            String lines = "*1\r\n$4\r\nPING\r\nSELECT " + inDatabase + "\r\n" + command + "\r\nQUIT\r\n";
            socket.getOutputStream().write(lines.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).split("\r\n")[2];
        }
    }

    void checkDatabase(String key) {
        check("its keys are in its database only", () -> {
            equal(ask(database, "EXISTS " + key), ":1");
            if (database != 0) {
                equal(ask(0, "EXISTS " + key), ":0");
            }
        });
    }

    interface Section {
        void run(Runnable inside) throws Exception;
    }

    /** Several threads, each with a lock of its own for the same name: they must not be inside together. */
    static void contend(int turns, List<Section> sections) throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger entered = new AtomicInteger();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (Section section : sections) {
            Thread thread = new Thread(() -> {
                try {
                    for (int turn = 0; turn < turns; turn++) {
                        section.run(() -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            entered.incrementAndGet();
                            sleep(2);
                            inside.decrementAndGet();
                        });
                    }
                } catch (Throwable thrown) {
                    failed.compareAndSet(null, thrown);
                }
            });
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join(30_000);
        }
        if (failed.get() != null) {
            throw new IllegalStateException(failed.get());
        }
        equal(most.get() + " inside, " + entered.get() + " in all", "1 inside, " + turns * sections.size() + " in all");
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
