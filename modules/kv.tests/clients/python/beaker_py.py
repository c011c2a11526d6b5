from beaker.cache import CacheManager
from check import DATABASE, PORT, check, equal, library

library("Beaker")


def manager():
    return CacheManager(type="ext:redis", url="redis://127.0.0.1:%d/%d" % (PORT, DATABASE), lock_dir="/tmp/beaker.lock")


@check("made once, seen by others, removed")
def _():
    made = []
    one, other = [manager().get_cache("bk", type="ext:redis", url="redis://127.0.0.1:%d/%d" % (PORT, DATABASE), expire=100)
                  for _ in range(2)]
    one.clear()

    def make():
        made.append(1)
        return {"b": 1}
    equal([one.get("a", createfunc=make), other.get("a", createfunc=make), len(made)], [{"b": 1}, {"b": 1}, 1])
    one.remove_value("a")
    equal("a" in other, False)
