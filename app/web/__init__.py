"""Doors for browsers: one package an audience. No SQL and no rule lives here; views load, act and answer."""
