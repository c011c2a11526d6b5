package clients;

import static clients.Check.contend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;

/** Spring Integration's RedisLockRegistry, without publish/subscribe. */
final class SpringLocks {
    public static void main(String[] args) {
        Check check = new Check(args, "spring-integration-redis", RedisLockRegistry.class);
        LettuceConnectionFactory factory = SpringData.factory(check);
        check.check("RedisLockRegistry, spinning, never held twice", () -> contend(10, registries(factory)));
        System.exit(0);
    }

    private static List<Check.Section> registries(LettuceConnectionFactory factory) {
        List<Check.Section> sections = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RedisLockRegistry registry = new RedisLockRegistry(factory, "sil", 10_000);
            registry.setRedisLockType(RedisLockRegistry.RedisLockType.SPIN_LOCK);
            registry.setIdleBetweenTries(Duration.ofMillis(3));
            sections.add(inside -> {
                var lock = registry.obtain("one");
                lock.lock();
                try {
                    inside.run();
                } finally {
                    lock.unlock();
                }
            });
        }
        return sections;
    }
}
