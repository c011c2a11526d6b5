from concurrent.futures import ThreadPoolExecutor
from limits import RateLimitItemPerMinute, strategies
from limits.storage import storage_from_string
from check import DATABASE, PORT, check, equal, library

library("limits")
stores = [storage_from_string("redis://127.0.0.1:%d/%d" % (PORT, DATABASE)) for _ in range(2)]
limit = RateLimitItemPerMinute(10)


def allowed(strategy):
    limiters = [strategy(store) for store in stores]
    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(lambda i: limiters[i % 2].hit(limit, strategy.__name__), range(60)))


@check("fixed window, two clients never exceed it")
def _():
    equal(allowed(strategies.FixedWindowRateLimiter), 10)


@check("fixed window with elastic end")
def _():
    equal(allowed(strategies.FixedWindowElasticExpiryRateLimiter), 10)


@check("moving window (lists)")
def _():
    equal(allowed(strategies.MovingWindowRateLimiter), 10)


@check("reset (KEYS within a script)")
def _():
    equal(stores[0].reset() > 0, True)
