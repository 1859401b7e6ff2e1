"""Measures with the statsd client as its documentation shows. Arguments: HOST PORT."""

import sys

import statsd

client = statsd.StatsClient(sys.argv[1], int(sys.argv[2]), prefix="shop")
client.incr("orders")
client.incr("orders", count=4)
client.decr("stock", count=2)
client.timing("checkout", 320)
client.timing("checkout", 80)
client.gauge("queue", 70)
client.gauge("queue", -5, delta=True)
client.set("users", "ada")
client.set("users", "ada")
client.set("users", "grace")
with client.pipeline() as pipe:
    pipe.incr("batched")
    pipe.timing("batched.time", 1.5)
