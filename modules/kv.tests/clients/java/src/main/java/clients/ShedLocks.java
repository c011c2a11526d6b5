package clients;

import static clients.Check.contend;
import static clients.Check.equal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;

/** ShedLock over Spring Data. */
final class ShedLocks {
    public static void main(String[] args) {
        Check check = new Check(args, "shedlock-redis", RedisLockProvider.class);
        List<Check.Section> sections = new ArrayList<>();
        List<RedisLockProvider> providers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RedisLockProvider provider = new RedisLockProvider(SpringData.factory(check));
            providers.add(provider);
            sections.add(inside -> {
                Optional<SimpleLock> lock;
                while ((lock = provider.lock(job("a", 10_000))).isEmpty()) {
                    Check.sleep(3);
                }
                inside.run();
                lock.get().unlock();
            });
        }
        check.check("a lock is never held twice", () -> contend(10, sections));
        check.check("extended, and nobody else's", () -> {
            SimpleLock lock = providers.get(0).lock(job("b", 5000)).orElseThrow();
            equal(providers.get(1).lock(job("b", 5000)).isPresent(), false);
            SimpleLock longer = lock.extend(Duration.ofSeconds(9), Duration.ZERO).orElseThrow();
            longer.unlock();
            equal(providers.get(1).lock(job("b", 50)).isPresent(), true);
        });
        System.exit(0);
    }

    private static LockConfiguration job(String name, long millis) {
        return new LockConfiguration(Instant.now(), name, Duration.ofMillis(millis), Duration.ZERO);
    }
}
