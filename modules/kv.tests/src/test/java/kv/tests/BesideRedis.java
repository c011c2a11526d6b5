package kv.tests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * What tests share that compare our server with redis-server 7.0.15: one of each, and the seeds of what is random. Where
 * redis-server is not installed the tests are skipped, and say so.
 */
abstract class BesideRedis {
    static final int EFFORT = Integer.getInteger("kv.tests.effort", 1);

    static RedisServer redis;
    static KvProcess kv;

    static List<Long> seeds() {
        Long given = Long.getLong("kv.seed");
        if (given != null) {
            return List.of(given);
        }
        List<Long> seeds = new ArrayList<>();
        for (long seed = 1; seed <= 3L * EFFORT; seed++) {
            seeds.add(seed);
        }
        if (EFFORT > 1) {
            seeds.add(new Random().nextLong());
        }
        return seeds;
    }

    @BeforeAll
    static void start() throws Exception {
        String absence = RedisServer.absence();
        assumeTrue(absence == null, absence);
        redis = RedisServer.start();
        kv = KvLaunch.small().start();
    }

    @AfterAll
    static void stop() {
        if (redis != null) {
            redis.close();
            redis = null;
        }
        if (kv != null) {
            kv.close();
            kv = null;
        }
    }
}
