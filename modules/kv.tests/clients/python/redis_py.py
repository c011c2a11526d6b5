import os

import redis
from check import DATABASE, PORT, check, check_database, contend, equal, library

library("redis")
client = redis.Redis(port=PORT, db=DATABASE, decode_responses=True)


@check("strings")
def _():
    client.flushdb()
    equal(client.set("py:a", "v", ex=100), True)
    equal(client.get("py:a"), "v")
    equal(client.ttl("py:a") > 50, True)
    equal(client.set("py:a", "w", nx=True), None)
    equal(client.mget("py:a", "py:none"), ["v", None])
    equal(client.incrby("py:n", 5), 5)
    equal(client.setbit("py:b", 7, 1), 0)
    equal(client.bitcount("py:b"), 1)


check_database("py:a")


@check("pipelines that are transactions")
def _():
    with client.pipeline() as pipe:
        equal(pipe.set("py:t", 1).incr("py:t").execute(), [True, 2])


@check("transaction()")
def _():
    def add(pipe):
        value = int(pipe.get("py:w"))
        pipe.multi()
        pipe.set("py:w", value + 1)
    client.set("py:w", 1)
    equal(client.transaction(add, "py:w"), [True])
    equal(client.get("py:w"), "2")


@check("scripts")
def _():
    equal(client.register_script("return redis.call('incrby', KEYS[1], ARGV[1])")(keys=["py:s"], args=[7]), 7)


@check("scan_iter")
def _():
    equal(sorted(client.scan_iter("py:[as]")), ["py:a", "py:s"])


@check("Lock, never held twice")
def _():
    clients = [redis.Redis(port=PORT, db=DATABASE) for _ in range(4)]
    contend(4, 10, lambda i: clients[i].lock("py:lock", timeout=10, sleep=0.003))


@check("Lock, extended, reacquired")
def _():
    lock = client.lock("py:lock2", timeout=5)
    equal(lock.acquire(), True)
    equal(lock.extend(5), True)
    equal(lock.reacquire(), True)
    equal(lock.owned(), True)
    lock.release()


if "CLIENTS_CA" in os.environ:
    @check("over TLS")
    def _():
        port = int(client.config_get("tls-port")["tls-port"])
        value = b"v" * 100_000
        with redis.Redis(port=port, db=DATABASE, ssl=True, ssl_ca_certs=os.environ["CLIENTS_CA"], ssl_check_hostname=True) as over_tls:
            equal(over_tls.set("py:tls", value), True)
            with over_tls.pipeline(transaction=False) as pipe:
                for _ in range(20):
                    pipe.get("py:tls")
                equal(pipe.execute(), [value] * 20)
        equal(client.strlen("py:tls"), len(value))
