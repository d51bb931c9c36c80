"""The name of the system user that PostgreSQL runs as where root starts it. Read before anything is installed: imports nothing."""

SYSTEM_USER = "parity-postgres"
