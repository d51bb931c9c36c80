"""Hooks talk: Airflow connections become clients and plain values."""
