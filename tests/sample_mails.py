"""Sample values for every kind of letter."""

from __future__ import annotations

from typing import Any

_ABOUT = {
    "name": "Ylva Exempelsson",
    "reference": "MKB-27-0001",
    "title": "Tysta följeslagare",
    "call": "The fictional call",
    "senders": "Kajsa Samordnare, KI",
}
_TIMES = [{"place": "KI", "time": "1 Apr 2027, 14:00 CEST"}, {"place": "Mayo", "time": "1 Apr 2027, 07:00 CDT"}]
_DECISION = {**_ABOUT, "reasons": ["Strong on both sides."], "feedback": "Bold; mind the statistics."}

_ALERT = {"call": "The fictional call", "summary": "An invented call.", "key": "fictional", "days": 7, "times": _TIMES}

SAMPLES: dict[str, dict[str, Any]] = {
    "alert_confirm": {},
    "alert_deadline": {**_ALERT, "is_forecast": False},
    "alert_news": {**_ALERT, "is_forecast": True},
    "sign_in_link": {"name": "Ylva Exempelsson"},
    "deadline_moved": {**_ABOUT, "application_id": "0", "times": _TIMES, "before": _TIMES},
    "deadline_reminder": {**_ABOUT, "application_id": "0", "times": _TIMES, "days": 2, "leads": True},
    "decision_award": {
        **_DECISION,
        "side": "Karolinska Institutet",
        "total": "SEK 900,000",
        "years": [
            {"year": 1, "amount": "SEK 500,000", "is_gated": False},
            {"year": 2, "amount": "SEK 400,000", "is_gated": True},
        ],
        "conditions": ["Year 2 follows after satisfactory progress."],
        "usable_until": ["31 Dec 2029"],
        "others": ["Mayo Clinic"],
    },
    "decision_decline": _DECISION,
    "decision_reserve": _DECISION,
    "ineligible": {**_ABOUT, "reason": "The partner is not employed."},
    "partner_answer": {
        **_ABOUT,
        "partner": "Parker Påhitt",
        "side": "Mayo Clinic",
        "has_confirmed": False,
        "because": "No time this year.",
        "application_id": "0",
    },
    "partner_invitation": {
        **_ABOUT,
        "lead": "Ylva Exempelsson",
        "lead_institution": "Karolinska Institutet",
        "side": "Mayo Clinic",
        "currency": "USD",
        "pays": True,
        "times": _TIMES,
    },
    "receipt": {**_ABOUT, "application_id": "0", "number": 1, "sha256": "0" * 64, "times": _TIMES},
    "review_invitation": {
        "name": "Rut Granskare",
        "call": "The fictional call",
        "panel": "KI panel",
        "is_chair": False,
        "decision_by": "1 June 2027",
        "sent_by": "Kajsa Samordnare",
    },
    "withdrawn": {**_ABOUT, "by": "Ylva Exempelsson", "reason": "Moving abroad."},
}
