package clients;

import static clients.Check.contend;

import com.baomidou.lock.spring.boot.autoconfigure.Lock4jProperties;
import com.baomidou.lock.executor.RedisTemplateLockExecutor;
import java.util.ArrayList;
import java.util.List;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Lock4j over Spring Data. */
final class Lock4j {
    public static void main(String[] args) {
        Check check = new Check(args, "lock4j-redis-template", RedisTemplateLockExecutor.class);
        check.check("locks, never held twice", () -> {
            List<Check.Section> sections = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String owner = "owner-" + i;
                RedisTemplateLockExecutor locks = new RedisTemplateLockExecutor(
                        new StringRedisTemplate(SpringData.factory(check)), new Lock4jProperties());
                sections.add(inside -> {
                    while (locks.acquire("l4j", owner, 10_000, 1000) == null) {
                        Check.sleep(3);
                    }
                    inside.run();
                    locks.releaseLock("l4j", owner, owner);
                });
            }
            contend(10, sections);
        });
        System.exit(0);
    }
}
