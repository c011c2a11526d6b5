from cachelib import RedisCache
from check import DATABASE, PORT, check, check_database, equal, library

library("cachelib")
cache = RedisCache("127.0.0.1", PORT, db=DATABASE, key_prefix="cl:")


@check("get, set, add, many")
def _():
    cache.clear()
    equal(cache.set("a", {"b": 1}, timeout=100), True)
    equal(cache.get("a"), {"b": 1})
    equal(cache.add("a", 2), False)
    equal(sorted(cache.set_many({"x": 1, "y": 2})), ["x", "y"])
    equal(cache.get_many("x", "y", "none"), [1, 2, None])
    equal(cache.has("a"), True)


check_database("cl:a")


@check("inc, dec, clear")
def _():
    equal([cache.inc("n", 4), cache.dec("n"), cache.get("n")], [4, 3, 3])
    cache.clear()
    equal(cache.get("x"), None)
