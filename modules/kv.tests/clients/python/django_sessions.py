import django
from django.conf import settings
from check import DATABASE, PORT, check, equal, library

library("django-redis-sessions")
settings.configure(SECRET_KEY="x", SESSION_ENGINE="redis_sessions.session",
                   SESSION_REDIS={"host": "127.0.0.1", "port": PORT, "db": DATABASE, "prefix": "djs",
                                  "socket_timeout": 10})
django.setup()
from redis_sessions.session import SessionStore  # noqa: E402


@check("sessions")
def _():
    one = SessionStore()
    one["user"] = "me"
    one.save()
    other = SessionStore(one.session_key)
    equal(other["user"], "me")
    equal(other.exists(one.session_key), True)
    one.cycle_key()
    equal([other.exists(other.session_key), SessionStore(one.session_key)["user"]], [False, "me"])
    one.flush()
    equal(SessionStore(one.session_key).get("user"), None)
