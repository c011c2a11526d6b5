import redis
from flask import Flask, session
from flask_session import Session
from check import DATABASE, PORT, check, equal, library

library("Flask-Session")
client = redis.Redis(port=PORT, db=DATABASE)


def application():
    app = Flask(__name__)
    app.config.update(SESSION_TYPE="redis", SESSION_REDIS=client, SESSION_KEY_PREFIX="fs:")
    Session(app)

    @app.route("/")
    def count():
        session["visits"] = session.get("visits", 0) + 1
        return str(session["visits"])

    @app.route("/leave")
    def leave():
        session.clear()
        return "bye"
    return app


@check("a session seen by two servers, and its end")
def _():
    one, other = application().test_client(), application().test_client()
    equal(one.get("/").data, b"1")
    cookie = next(iter(one.cookie_jar))
    other.set_cookie("localhost", cookie.name, cookie.value)
    equal([other.get("/").data, one.get("/").data], [b"2", b"3"])
    keys = client.keys("fs:*")
    equal(len(keys), 1)
    equal(client.ttl(keys[0]) > 1000, True)
    one.get("/leave")
    equal(client.keys("fs:*"), [])
