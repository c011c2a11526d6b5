package clients;

import io.github.bucket4j.redis.jedis.Bucket4jJedis;
import io.github.bucket4j.redis.jedis.cas.JedisBasedProxyManager;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisPooled;

/** Bucket4j over Jedis. */
final class JedisBuckets {
    public static void main(String[] args) {
        Check check = new Check(args, "bucket4j-jedis", JedisBasedProxyManager.class);
        Buckets.check(check, () -> Bucket4jJedis.casBasedBuilder(new JedisPooled(new HostAndPort("127.0.0.1", check.port),
                DefaultJedisClientConfig.builder().database(check.database).build()))
                .expirationAfterWrite(Buckets.expiration()).build());
        System.exit(0);
    }
}
