package clients;

import static clients.Check.equal;

import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.redis.RedisComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Camel's component for Redis, over Spring Data. */
final class CamelRedis {
    public static void main(String[] args) {
        Check check = new Check(args, "camel-spring-redis", RedisComponent.class);
        check.check("commands as messages", () -> {
            try (DefaultCamelContext camel = new DefaultCamelContext()) {
                camel.getRegistry().bind("template", new StringRedisTemplate(SpringData.factory(check)));
                camel.start();
                ProducerTemplate messages = camel.createProducerTemplate();
                String to = "spring-redis:127.0.0.1:" + check.port + "?redisTemplate=#template&command=";
                messages.requestBodyAndHeaders(to + "SET", null, Map.of("CamelRedis.Key", "ca:a", "CamelRedis.Value", "v"));
                equal(messages.requestBodyAndHeader(to + "GET", null, "CamelRedis.Key", "ca:a"), "v");
                messages.requestBodyAndHeader(to + "INCR", null, "CamelRedis.Key", "ca:n");
                equal(messages.requestBodyAndHeader(to + "INCR", null, "CamelRedis.Key", "ca:n"), 2L);
                equal(messages.requestBodyAndHeader(to + "EXISTS", null, "CamelRedis.Key", "ca:a"), true);
            }
        });
        check.checkDatabase("ca:a");
        System.exit(0);
    }
}
