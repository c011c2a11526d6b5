package clients;

import static clients.Check.equal;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.cas.LettuceBasedProxyManager;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Bucket4j over Lettuce, by compare-and-swap. */
final class Buckets {
    public static void main(String[] args) {
        Check check = new Check(args, "bucket4j-lettuce", LettuceBasedProxyManager.class);
        check(check, () -> Bucket4jLettuce.casBasedBuilder(RedisClient.create(RedisURI.builder().withHost("127.0.0.1")
                .withPort(check.port).withDatabase(check.database).build())).expirationAfterWrite(expiration()).build());
        System.exit(0);
    }

    static ExpirationAfterWriteStrategy expiration() {
        return ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(10));
    }

    static void check(Check check, Supplier<ProxyManager<byte[]>> managers) {
        check.check("two clients never exceed the limit", () -> {
            check.ask(check.database, "DEL b4j:a");
            Bucket[] buckets = {bucket(managers.get()), bucket(managers.get())};
            ExecutorService pool = Executors.newFixedThreadPool(8);
            var tries = IntStream.range(0, 60).mapToObj(i -> pool.submit(() -> buckets[i % 2].tryConsume(1))).toList();
            int allowed = 0;
            for (Future<Boolean> each : tries) {
                allowed += each.get() ? 1 : 0;
            }
            equal(allowed, 10);
        });
        check.checkDatabase("b4j:a");
    }

    private static Bucket bucket(ProxyManager<byte[]> manager) {
        return manager.builder().build("b4j:a".getBytes(StandardCharsets.US_ASCII), () -> BucketConfiguration.builder()
                .addLimit(Bandwidth.builder().capacity(10).refillIntervally(10, Duration.ofHours(1)).build()).build());
    }
}
