from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask_limiter import Limiter
from check import DATABASE, PORT, check, equal, library

library("Flask-Limiter")


def application():
    app = Flask(__name__)
    limiter = Limiter(lambda: "me", app=app, storage_uri="redis://127.0.0.1:%d/%d" % (PORT, DATABASE))

    @app.route("/")
    @limiter.limit("10/hour")
    def hello():
        return "hello"
    return app


@check("two servers never exceed the limit")
def _():
    apps = [application(), application()]
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda i: apps[i % 2].test_client().get("/").status_code, range(60)))
    equal([codes.count(200), codes.count(429)], [10, 50])
