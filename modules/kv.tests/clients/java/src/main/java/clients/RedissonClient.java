package clients;

import static clients.Check.contend;
import static clients.Check.equal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.redisson.Redisson;
import org.redisson.api.RAtomicLong;
import org.redisson.api.RBucket;
import org.redisson.api.RLock;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Redisson: what it keeps in strings; its locks are hashes. */
final class RedissonClient {
    public static void main(String[] args) {
        Check check = new Check(args, "redisson", Redisson.class);
        Config config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + check.port).setDatabase(check.database).setRetryAttempts(1)
                .setTimeout(20_000).setConnectionMinimumIdleSize(4);
        org.redisson.api.RedissonClient redisson = Redisson.create(config);
        check.check("buckets", () -> {
            RBucket<String> bucket = redisson.getBucket("rs:a", StringCodec.INSTANCE);
            bucket.set("v", Duration.ofSeconds(100));
            equal(bucket.get(), "v");
            equal(bucket.setIfAbsent("w"), false);
            equal(bucket.getAndSet("w"), "v");
            equal(bucket.delete(), true);
            bucket.set("v");
        });
        check.checkDatabase("rs:a");
        check.check("buckets, compare and set", () -> {
            RBucket<String> bucket = redisson.getBucket("rs:c", StringCodec.INSTANCE);
            bucket.set("1");
            equal(bucket.compareAndSet("2", "3"), false);
            equal(bucket.compareAndSet("1", "3"), true);
            equal(bucket.get(), "3");
        });
        check.check("atomic numbers, compare and set", () -> {
            RAtomicLong number = redisson.getAtomicLong("rs:n");
            number.set(0);
            List<Check.Section> adders = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                adders.add(inside -> {
                    long old;
                    do {
                        old = number.get();
                    } while (!number.compareAndSet(old, old + 1));
                });
            }
            List<Thread> threads = new ArrayList<>();
            for (Check.Section adder : adders) {
                Thread thread = new Thread(() -> {
                    try {
                        for (int turn = 0; turn < 50; turn++) {
                            adder.run(null);
                        }
                    } catch (Exception failed) {
                        throw new IllegalStateException(failed);
                    }
                });
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join(10_000);
            }
            equal(number.get(), 200L);
        });
        check.check("batches", () -> {
            var batch = redisson.createBatch();
            batch.getBucket("rs:b", StringCodec.INSTANCE).setAsync("1");
            batch.getAtomicLong("rs:b2").incrementAndGetAsync();
            equal(batch.execute().getResponses().size(), 2);
        });
        check.check("RLock (hashes, publish)", () -> {
            List<Check.Section> sections = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                RLock lock = redisson.getLock("rs:lock");
                sections.add(inside -> {
                    lock.lock();
                    inside.run();
                    lock.unlock();
                });
            }
            contend(5, sections);
        });
        System.exit(0);
    }
}
