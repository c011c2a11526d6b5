package clients;

import static clients.Check.equal;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.cache.CacheAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Spring Boot: its cache, configured by its properties alone. */
final class SpringBoot {
    @Configuration
    @EnableCaching
    @ImportAutoConfiguration({RedisAutoConfiguration.class, CacheAutoConfiguration.class})
    static class Application {
        @Bean
        Service service() {
            return new Service();
        }
    }

    static class Service {
        int made;

        @Cacheable("numbers")
        public int number(String name) {
            return ++made;
        }

        @CacheEvict(cacheNames = "numbers", allEntries = true)
        public void forget() {
        }

        public int made() {
            return made;
        }
    }

    public static void main(String[] args) {
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        Check check = new Check(args, "spring-boot", SpringApplication.class);
        check.check("@Cacheable, @CacheEvict", () -> {
            SpringApplication application = new SpringApplication(Application.class);
            application.setWebApplicationType(WebApplicationType.NONE);
            application.setDefaultProperties(Map.of("spring.data.redis.port", check.port, "spring.data.redis.database",
                    check.database, "spring.cache.type", "redis", "spring.cache.redis.time-to-live", Duration.ofMinutes(1),
                    "spring.main.banner-mode", "off"));
            ConfigurableApplicationContext context = application.run();
            Service service = context.getBean(Service.class);
            equal(service.number("one") + service.number("one"), 2);
            equal(service.made(), 1);
            equal(context.getBean(StringRedisTemplate.class).getExpire("numbers::one") > 30, true);
            service.forget();
            equal(service.number("one"), 2);
        });
        check.checkDatabase("numbers::one");
        System.exit(0);
    }
}
