"""What all programs of this folder share: run as `NAME.py PORT DATABASE`, they print the lines that run.sh reads."""
import importlib.metadata
import socket
import sys
import threading
import time

PORT = int(sys.argv[1])
DATABASE = int(sys.argv[2])


def library(name):
    print("library", name, importlib.metadata.version(name))


def check(what):
    """Runs the function below it at once."""
    def run(body):
        try:
            body()
            print("ok", what, flush=True)
        except Exception as error:  # whatever a library throws is its answer
            text = str(error).strip() or type(error).__name__
            print("no %s: %s" % (what, text.splitlines()[0]), flush=True)
    return run


def equal(found, expected):
    assert found == expected, "%r instead of %r" % (found, expected)


def ask(database, command):
    with socket.create_connection(("127.0.0.1", PORT)) as connection:
        connection.sendall(("*1\r\n$4\r\nPING\r\nSELECT %d\r\n%s\r\nQUIT\r\n" % (database, command)).encode())
        text = b""
        while True:
            piece = connection.recv(4096)
            if not piece:
                return text.decode().split("\r\n")[2]
            text += piece


def check_database(key):
    @check("its keys are in its database only")
    def _():
        equal(ask(DATABASE, "EXISTS " + key), ":1")
        if DATABASE != 0:
            equal(ask(0, "EXISTS " + key), ":0")


def contend(threads, turns, lock_of):
    """Several threads, each with a lock of its own for the same name; they must not be inside together."""
    inside, most, entered, errors = [0], [0], [0], []

    def work(number):
        try:
            for _ in range(turns):
                with lock_of(number):
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                    entered[0] += 1
                    time.sleep(0.002)
                    inside[0] -= 1
        except Exception as error:
            errors.append(error)

    workers = [threading.Thread(target=work, args=(i,)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
    equal((most[0], entered[0]), (1, threads * turns))
