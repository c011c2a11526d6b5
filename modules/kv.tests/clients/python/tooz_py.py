from tooz import coordination
from check import DATABASE, PORT, check, contend, equal, library

library("tooz")
members = [coordination.get_coordinator("redis://127.0.0.1:%d?db=%d" % (PORT, DATABASE), b"m%d" % i) for i in range(3)]


@check("starts, beats")
def _():
    for member in members:
        member.start()
    members[0].heartbeat()


@check("locks, never held twice")
def _():
    contend(3, 10, lambda i: members[i].get_lock(b"lock"))


@check("groups (sets, hashes)")
def _():
    members[0].create_group(b"g").get()
    members[0].join_group(b"g").get()
    equal(members[1].get_members(b"g").get(), {b"m0"})
