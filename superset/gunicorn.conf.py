"""How Superset is served, on a laptop and on a server alike; the address to bind is the command's.

The application is imported once, before the workers are made: each import takes ten seconds of a processor and 150 MB. What the import opened
to the database belongs to the parent, so each worker begins with a pool of its own.
"""

wsgi_app = "superset.app:create_app()"
preload_app = True
workers = 2
worker_class = "gthread"
threads = 8
timeout = 120  # seconds; a query of a reader is stopped after 60
limit_request_line = 0  # a chart's whole question may stand in its address
control_socket_disable = True  # it would lie in the home folder of whoever starts Parity


def post_fork(server, worker):
    from superset.extensions import db

    with server.app.wsgi().app_context():
        db.engine.dispose(close=False)
