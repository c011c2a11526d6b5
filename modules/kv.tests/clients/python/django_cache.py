import django
from django.conf import settings
from check import DATABASE, PORT, check, check_database, contend, equal, library

library("django-redis")
settings.configure(CACHES={"default": {"BACKEND": "django_redis.cache.RedisCache", "KEY_PREFIX": "dj",
                                       "LOCATION": "redis://127.0.0.1:%d/%d" % (PORT, DATABASE)}})
django.setup()
from django.core.cache import cache  # noqa: E402


@check("get, set, add")
def _():
    cache.clear()
    cache.set("a", {"b": 1}, 100)
    equal(cache.get("a"), {"b": 1})
    equal(cache.add("a", 2), False)
    equal(cache.add("new", 2), True)
    equal(cache.ttl("a") > 50, True)


check_database("dj:1:a")


@check("incr, many, touch")
def _():
    cache.set("n", 1)
    equal(cache.incr("n", 4), 5)
    cache.set_many({"x": 1, "y": 2})
    equal(cache.get_many(["x", "y", "none"]), {"x": 1, "y": 2})
    equal(cache.touch("x", 50), True)
    equal(cache.persist("x"), True)


@check("patterns")
def _():
    equal(sorted(cache.keys("[xy]")), ["x", "y"])
    equal(cache.delete_pattern("[xy]"), 2)


@check("lock, never held twice")
def _():
    contend(4, 10, lambda i: cache.lock("lock", timeout=10, sleep=0.003))
