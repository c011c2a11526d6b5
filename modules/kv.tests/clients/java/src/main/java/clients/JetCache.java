package clients;

import static clients.Check.contend;
import static clients.Check.equal;

import com.alicp.jetcache.AutoReleaseLock;
import com.alicp.jetcache.Cache;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.Fastjson2KeyConvertor;
import com.alicp.jetcache.support.JavaValueDecoder;
import com.alicp.jetcache.support.JavaValueEncoder;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** JetCache over Lettuce. */
final class JetCache {
    private static Cache<String, String> cache(Check check) {
        RedisClient client = RedisClient.create(RedisURI.builder().withHost("127.0.0.1").withPort(check.port)
                .withDatabase(check.database).build());
        return RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder().keyConvertor(Fastjson2KeyConvertor.INSTANCE)
                .valueEncoder(JavaValueEncoder.INSTANCE).valueDecoder(JavaValueDecoder.INSTANCE).redisClient(client)
                .keyPrefix("jc:").expireAfterWrite(100, TimeUnit.SECONDS).buildCache();
    }

    public static void main(String[] args) {
        Check check = new Check(args, "jetcache-redis-lettuce", RedisLettuceCacheBuilder.class);
        Cache<String, String> one = cache(check);
        check.check("get, put, many, computed", () -> {
            one.put("a", "v");
            equal(cache(check).get("a"), "v");
            equal(one.putIfAbsent("a", "w"), false);
            one.putAll(Map.of("x", "1", "y", "2"));
            equal(one.getAll(Set.of("x", "y", "none")), Map.of("x", "1", "y", "2"));
            equal(one.computeIfAbsent("made", key -> "m"), "m");
            equal(one.remove("a"), true);
            equal(one.get("a"), null);
        });
        check.checkDatabase("jc:x");
        check.check("locks, never held twice", () -> {
            List<Check.Section> sections = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Cache<String, String> own = cache(check);
                sections.add(inside -> {
                    AutoReleaseLock lock;
                    while ((lock = own.tryLock("lock", 10, TimeUnit.SECONDS)) == null) {
                        Check.sleep(3);
                    }
                    inside.run();
                    lock.close();
                });
            }
            contend(10, sections);
        });
        System.exit(0);
    }
}
