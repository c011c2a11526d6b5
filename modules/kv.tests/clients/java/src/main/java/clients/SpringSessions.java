package clients;

import static clients.Check.equal;

import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;

/** Spring Session, which keeps each session in a hash. */
final class SpringSessions {
    public static void main(String[] args) {
        Check check = new Check(args, "spring-session-data-redis", RedisSessionRepository.class);
        RedisTemplate<String, Object> template = new RedisTemplate<>();
        template.setConnectionFactory(SpringData.factory(check));
        template.setKeySerializer(RedisSerializer.string());
        template.setHashKeySerializer(RedisSerializer.string());
        template.afterPropertiesSet();
        check.check("sessions (hashes)", () -> run(new RedisSessionRepository(template)));
        System.exit(0);
    }

    private static <S extends Session> void run(SessionRepository<S> sessions) {
        S session = sessions.createSession();
        session.setAttribute("user", "me");
        sessions.save(session);
        equal(sessions.findById(session.getId()).getAttribute("user"), "me");
    }
}
