from flask import Flask
from flask_caching import Cache
from check import DATABASE, PORT, check, equal, library

library("Flask-Caching")
app = Flask(__name__)
cache = Cache(app, config={"CACHE_TYPE": "RedisCache", "CACHE_KEY_PREFIX": "fc:",
                           "CACHE_REDIS_URL": "redis://127.0.0.1:%d/%d" % (PORT, DATABASE)})


@check("get, set, add, many, clear")
def _():
    with app.app_context():
        cache.clear()
        equal(cache.set("a", [1]), True)
        equal(cache.get("a"), [1])
        equal(cache.add("a", 2), False)
        equal(cache.set_many({"x": 1, "y": 2}), ["x", "y"])
        equal(cache.get_many("x", "y", "none"), [1, 2, None])
        cache.clear()
        equal(cache.get("a"), None)


@check("memoize")
def _():
    calls = []

    @cache.memoize(100)
    def double(number):
        calls.append(number)
        return 2 * number
    with app.app_context():
        equal([double(2), double(2), len(calls)], [4, 4, 1])
        cache.delete_memoized(double)
        equal([double(2), len(calls)], [4, 2])
