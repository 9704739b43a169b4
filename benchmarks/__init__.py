"""Measuring the house against the floor: the barest Flask, SQLAlchemy Core and Jinja page that shows the same rows.

`make bench` builds its data, serves both with gunicorn as in production, on SQLite and on PostgreSQL, and prints CPU
time per request as a ratio. `rows.py` lists what is measured; a further row is one entry there and one page in `floor.py`.
"""
