"""How gunicorn serves Superset, on a laptop and on a server alike. The command names the address to bind.

The parent process imports the application once, since each import takes ten seconds and 150 MB. Two processes must not share a database
connection: each worker drops the connections that the parent opened and makes its own.
"""

from typing import Any

wsgi_app = "superset.app:create_app()"
preload_app = True
workers = 2
worker_class = "gthread"
threads = 8
timeout = 120  # seconds; a query of a reader is stopped after 60
limit_request_line = 0  # a chart's whole query may stand in its address
control_socket_disable = True  # it would lie in the home folder of whoever starts Parity


def post_fork(server: Any, worker: Any) -> None:
    from superset.extensions import db

    with server.app.wsgi().app_context():
        db.engine.dispose(close=False)
