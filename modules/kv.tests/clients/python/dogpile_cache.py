from concurrent.futures import ThreadPoolExecutor
from dogpile.cache import make_region
from check import DATABASE, PORT, check, check_database, equal, library

library("dogpile.cache")
regions = [make_region().configure("dogpile.cache.redis", arguments={
    "host": "127.0.0.1", "port": PORT, "db": DATABASE, "redis_expiration_time": 100, "distributed_lock": True,
    "lock_timeout": 10, "lock_sleep": 0.003, "thread_local_lock": False}) for _ in range(2)]


@check("get, set, many")
def _():
    regions[0].set("dp:a", 1)
    equal(regions[1].get("dp:a"), 1)
    regions[0].set_multi({"dp:x": 1, "dp:y": 2})
    equal(regions[1].get_multi(["dp:x", "dp:y"]), [1, 2])


check_database("dp:a")


@check("distributed lock, made once for all")
def _():
    made = []
    regions[0].delete("dp:once")

    def make():
        made.append(1)
        return len(made)
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda i: regions[i % 2].get_or_create("dp:once", make), range(16)))
    equal((values, len(made)), ([1] * 16, 1))
