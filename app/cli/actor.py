"""Who acts when a command of the terminal writes."""

from __future__ import annotations

from app.kernel.actors import Acting
from app.workflow.vocabulary import Hat

TERMINAL = Acting(None, "Tandem (terminal)", frozenset({Hat.SYSTEM}))
