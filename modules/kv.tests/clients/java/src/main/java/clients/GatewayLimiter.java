package clients;

import static clients.Check.equal;

import java.util.ArrayList;
import java.util.List;
import org.springframework.cloud.gateway.filter.ratelimit.RedisRateLimiter;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import reactor.core.publisher.Flux;

/** Spring Cloud Gateway's rate limiter. */
final class GatewayLimiter {
    private static RedisRateLimiter limiter(Check check) {
        DefaultRedisScript<List<Long>> script = new DefaultRedisScript<>();
        script.setLocation(new ClassPathResource("META-INF/scripts/request_rate_limiter.lua"));
        @SuppressWarnings({"unchecked", "rawtypes"})
        Class<List<Long>> list = (Class) List.class;
        script.setResultType(list);
        RedisRateLimiter limiter = new RedisRateLimiter(new ReactiveStringRedisTemplate(SpringData.factory(check)), script,
                new ConfigurationService(null, () -> null, () -> null));
        // One a second: none comes back in a run's time if it takes 100 tokens.
        limiter.getConfig().put("route", new RedisRateLimiter.Config().setReplenishRate(1).setBurstCapacity(1000)
                .setRequestedTokens(100));
        return limiter;
    }

    public static void main(String[] args) {
        Check check = new Check(args, "spring-cloud-gateway", RedisRateLimiter.class);
        check.check("two gateways never exceed the limit", () -> {
            List<RedisRateLimiter> limiters = List.of(limiter(check), limiter(check));
            List<Boolean> allowed = new ArrayList<>(Flux.range(0, 60)
                    .flatMap(i -> limiters.get(i % 2).isAllowed("route", "me"), 8).map(response -> {
                        equal(response.getHeaders().get("X-RateLimit-Remaining").equals("-1"), false); // the script has failed
                        return response.isAllowed();
                    }).collectList().block());
            equal(allowed.stream().filter(each -> each).count(), 10L);
        });
        check.checkDatabase("request_rate_limiter.{route.me}.tokens");
        System.exit(0);
    }
}
