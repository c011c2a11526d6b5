package clients;

import static clients.Check.equal;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Vert.x. */
final class VertxClient {
    private static Response await(io.vertx.core.Future<Response> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    public static void main(String[] args) {
        Check check = new Check(args, "vertx-redis-client", Redis.class);
        Redis redis = Redis.createClient(Vertx.vertx(), "redis://127.0.0.1:" + check.port + "/" + check.database);
        RedisAPI api = RedisAPI.api(redis);
        check.check("strings", () -> {
            equal(await(api.set(List.of("vx:a", "v", "EX", "100"))).toString(), "OK");
            equal(await(api.get("vx:a")).toString(), "v");
            equal(await(api.ttl("vx:a")).toInteger() > 50, true);
            equal(await(api.set(List.of("vx:a", "w", "NX"))), null);
            equal(await(api.mget(List.of("vx:a", "vx:none"))).size(), 2);
        });
        check.checkDatabase("vx:a");
        check.check("transactions", () -> equal(redis.connect().compose(connection -> connection.batch(List.of(
                Request.cmd(Command.MULTI), Request.cmd(Command.SET).arg("vx:t").arg("1"),
                Request.cmd(Command.INCR).arg("vx:t"), Request.cmd(Command.EXEC)))).toCompletionStage()
                .toCompletableFuture().get(30, TimeUnit.SECONDS).get(3).size(), 2));
        check.check("scripts", () -> equal(await(api.eval(List.of("return redis.call('get', KEYS[1])", "1", "vx:a"))).toString(),
                "v"));
        System.exit(0);
    }
}
