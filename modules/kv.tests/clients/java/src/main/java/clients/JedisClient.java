package clients;

import static clients.Check.equal;

import java.util.Arrays;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;

/** Jedis. */
final class JedisClient {
    public static void main(String[] args) {
        Check check = new Check(args, "jedis", Jedis.class);
        Jedis jedis = new Jedis("127.0.0.1", check.port);
        check.check("strings", () -> {
            jedis.select(check.database);
            jedis.flushDB();
            equal(jedis.setex("je:a", 100, "v"), "OK");
            equal(jedis.get("je:a"), "v");
            equal(jedis.ttl("je:a") > 50, true);
            equal(jedis.set("je:a", "w", SetParams.setParams().nx()), null);
            equal(jedis.mget("je:a", "je:none"), Arrays.asList("v", null));
            equal(jedis.incrBy("je:n", 5), 5L);
            equal(jedis.setbit("je:b", 7, true), false);
        });
        check.checkDatabase("je:a");
        check.check("pipelines", () -> {
            Pipeline pipeline = jedis.pipelined();
            pipeline.set("je:p", "1");
            Response<Long> sum = pipeline.incr("je:p");
            pipeline.sync();
            equal(sum.get(), 2L);
        });
        check.check("transactions", () -> {
            Transaction transaction = jedis.multi();
            transaction.set("je:t", "1");
            transaction.incr("je:t");
            equal(transaction.exec(), List.of("OK", 2L));
        });
        check.check("WATCH", () -> {
            jedis.watch("je:w");
            try (Jedis other = new Jedis("127.0.0.1", check.port)) {
                other.select(check.database);
                other.set("je:w", "1");
            }
            Transaction transaction = jedis.multi();
            transaction.set("je:w", "2");
            equal(transaction.exec(), null);
        });
        check.check("scripts", () -> equal(jedis.eval("return redis.call('get', KEYS[1])", 1, "je:a"), "v"));
        ScanParams one = new ScanParams().match("je:a").count(1000);
        check.check("scan", () -> equal(jedis.scan("0", one).getResult(), List.of("je:a")));
        System.exit(0);
    }
}
