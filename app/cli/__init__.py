"""Doors for the terminal: `tandem …`, the same commands as `flask --app app …`."""

from __future__ import annotations


def main() -> None:
    """The console script."""
    from flask.cli import FlaskGroup

    from app import create_app

    FlaskGroup(create_app=create_app, help="Tandem: joint research calls, from draft to award.")()
