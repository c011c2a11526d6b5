import threading

from celery import Celery
from check import DATABASE, PORT, check, equal, library

library("celery")
url = "redis://127.0.0.1:%d/%d" % (PORT, DATABASE)
app = Celery("c", broker=url, backend=url)
app.conf.update(broker_transport_options={"max_retries": 1}, broker_connection_retry=False, result_expires=100)


@app.task
def add(x, y):
    return x + y


@check("results kept (publish)")
def _():
    app.backend.store_result("id-1", 5, "SUCCESS")
    equal(app.backend.get_result("id-1"), 5)


@check("a task sent and done (lists, sets, publish)")
def _():
    result = add.apply_async((2, 3), retry=False)
    worker = threading.Thread(target=lambda: app.Worker(pool="solo", quiet=True, loglevel="ERROR").start(), daemon=True)
    worker.start()
    equal(result.get(timeout=10), 5)
