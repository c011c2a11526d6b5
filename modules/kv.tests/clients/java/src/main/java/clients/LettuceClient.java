package clients;

import static clients.Check.equal;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Lettuce. */
final class LettuceClient {
    public static void main(String[] args) {
        Check check = new Check(args, "lettuce-core", RedisClient.class);
        RedisClient client = RedisClient.create(RedisURI.builder().withHost("127.0.0.1").withPort(check.port)
                .withDatabase(check.database).build());
        RedisCommands<String, String> redis = client.connect().sync();
        check.check("strings", () -> {
            redis.flushdb();
            equal(redis.set("le:a", "v", SetArgs.Builder.ex(100)), "OK");
            equal(redis.get("le:a"), "v");
            equal(redis.ttl("le:a") > 50, true);
            equal(redis.set("le:a", "w", SetArgs.Builder.nx()), null);
            equal(redis.mget("le:a", "le:none"), List.of(KeyValue.just("le:a", "v"), KeyValue.empty("le:none")));
            equal(redis.incrby("le:n", 5), 5L);
        });
        check.checkDatabase("le:a");
        check.check("pipelines", () -> {
            RedisAsyncCommands<String, String> async = redis.getStatefulConnection().async();
            async.set("le:p", "1");
            equal(async.incr("le:p").get(5, TimeUnit.SECONDS), 2L);
        });
        check.check("transactions", () -> {
            redis.multi();
            redis.set("le:t", "1");
            redis.incr("le:t");
            equal(redis.exec().get(1), 2L);
        });
        check.check("scripts", () -> equal(redis.eval("return redis.call('get', KEYS[1])", ScriptOutputType.VALUE, "le:a"), "v"));
        System.exit(0);
    }
}
