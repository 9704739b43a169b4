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
_FILES = [{"name": "MKB-27-0012_cv.pdf", "facts": "3 pages, 412 kB", "sha256": "1" * 64}]
_TIMES = [{"place": "KI", "time": "1 Apr 2027, 14:00 CEST"}, {"place": "Mayo", "time": "1 Apr 2027, 07:00 CDT"}]
_DECISION = {**_ABOUT, "reasons": ["Strong on both sides."], "feedback": "Bold; mind the statistics."}

_ALERT = {"call": "The fictional call", "summary": "An invented call.", "key": "fictional", "days": 7, "times": _TIMES}

_APPROVALS = {
    **_ABOUT,
    "items": [
        {
            "what": "The department signs",
            "title": "Tysta följeslagare",
            "side": "Karolinska Institutet",
            "until": "8 Apr 2027, 23:59 CEST",
            "principal": "Didrik Prefekt",
        },
        {"what": "Ready", "title": "Högljudda", "side": "Mayo Clinic", "until": "", "principal": ""},
    ],
}

SAMPLES: dict[str, dict[str, Any]] = {
    "approval_request": {**_APPROVALS, "asked_by": "Ylva Exempelsson"},
    "approval_reminder": _APPROVALS,
    "approval_voided": {
        **_ABOUT,
        "what": "The department signs",
        "changed": ["the budget of KI, year 1: SEK 300,000 → SEK 400,000"],
        "by": "Ylva Exempelsson",
    },
    "approval_digest": {
        "name": "Harriet Prefektsdotter",
        "items": [{**item, "call": "A joint call"} for item in _APPROVALS["items"]],
        "promised": ["SEK 1,800,000", "USD 50,000"],
        "above_full": ["With this, Nils Påhittad would be at 130 per cent in 2027."],
        "senders": "Karolinska Institutet",
    },
    "other_side_changed": {
        **_ABOUT,
        "side": "Karolinska Institutet",
        "changed": ["the budget of KI, year 1: SEK 300,000 → SEK 400,000"],
        "by": "Ylva Exempelsson",
    },
    "approval_answer": {
        **_ABOUT,
        "what": "The department signs",
        "side": "Karolinska Institutet",
        "approver": "Harriet Prefektsdotter",
        "because": "The premises are taken.",
        "application_id": "0",
        "is_draft": True,
    },
    "alert_confirm": {},
    "alert_deadline": {**_ALERT, "is_forecast": False},
    "alert_news": {**_ALERT, "is_forecast": True},
    "sign_in_link": {"name": "Ylva Exempelsson"},
    "deadline_moved": {**_ABOUT, "application_id": "0", "times": _TIMES, "before": _TIMES},
    "deadline_reminder": {**_ABOUT, "application_id": "0", "times": _TIMES, "days": 2, "leads": True, "grace": 10},
    "decision_award": {
        **_DECISION,
        "side": "Karolinska Institutet",
        "total": "SEK 900,000",
        "years": [
            {"year": 1, "amount": "SEK 500,000", "indirect": "", "is_gated": False},
            {"year": 2, "amount": "SEK 400,000", "indirect": "SEK 80,000", "is_gated": True},
        ],
        "conditions": ["Year 2 follows after satisfactory progress."],
        "usable_until": ["31 Dec 2029"],
        "others": ["Mayo Clinic"],
    },
    "decision_decline": _DECISION,
    "decision_reserve": _DECISION,
    "ineligible": {**_ABOUT, "reason": "The partner is not employed.", "points": ["Both are employed."]},
    "nomination_asked": {
        **_ABOUT,
        "application_id": "0",
        "lead": "Ylva Exempelsson",
        "side": "Mayo Clinic",
        "call_id": "0",
        "times": _TIMES,
    },
    "nomination_answer": {
        **_ABOUT,
        "application_id": "0",
        "side": "Mayo Clinic",
        "is_nominated": False,
        "because": "Another was chosen.",
    },
    "side_deadline_reminder": {
        **_ABOUT,
        "application_id": "0",
        "side": "Mayo Clinic",
        "what": "Home deadline",
        "is_hard": True,
        "days": 2,
        "times": _TIMES,
    },
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
    "outline_receipt": {
        **_ABOUT,
        "application_id": "0",
        "number": 1,
        "sha256": "0" * 64,
        "times": _TIMES,
        "files": _FILES,
        "goes_on": False,
        "closes": _TIMES,
        "promised": "1 Dec 2026, 12:00 CET",
    },
    "outline_invited": {**_DECISION, "leads": True, "times": _TIMES},
    "outline_not_invited": _DECISION,
    "rejoinder_opened": {**_ABOUT, "application_id": "0", "words": 500, "times": _TIMES},
    "interview_invitation": {**_ABOUT, "times": _TIMES, "place": "Berzelius väg 8", "days": "3 – 4 May 2027"},
    "review_reminder": {
        "name": "Rut Granskare",
        "what": "reviews",
        "left": 2,
        "call": "The fictional call",
        "panel": "KI panel",
        "times": _TIMES,
        "senders": "Kajsa Samordnare, KI",
    },
    "receipt": {
        **_ABOUT,
        "application_id": "0",
        "number": 1,
        "sha256": "0" * 64,
        "times": _TIMES,
        "files": _FILES,
        "unconfirmed": [{"person": "Pia Partner", "side": "Mayo Clinic", "until": "8 Apr 2027, 23:59 CDT"}],
    },
    "partner_grace": {**_ABOUT, "side": "Mayo Clinic", "reference": "MKB-27-0001", "until": "8 Apr 2027, 23:59 CDT"},
    "partner_grace_over": {
        **_ABOUT,
        "partner": "Pia Partner",
        "side": "Mayo Clinic",
        "reference": "MKB-27-0001",
        "until": "8 Apr 2027, 23:59 CDT",
        "application_id": "0",
    },
    "review_invitation": {
        "name": "Rut Granskare",
        "call": "The fictional call",
        "panel": "KI panel",
        "is_chair": False,
        "decision_by": "1 June 2027",
        "sent_by": "Kajsa Samordnare",
        "dates": {"conflicts_by": None, "reviews_by": "1 May 2027, 12:00 CEST", "meets": None},
    },
    "side_left": {
        **_ABOUT,
        "lead": "Ylva Exempelsson",
        "lead_institution": "Karolinska Institutet",
        "side": "Mayo Clinic",
    },
    "still_taken_back": {
        **_ABOUT,
        "application_id": "0",
        "number": 2,
        "hours": 48,
        "times": _TIMES,
        "grace": 10,
    },
    "taken_back": {**_ABOUT, "application_id": "0", "number": 2, "by": "Ylva Exempelsson", "times": _TIMES},
    "version_stands": {**_ABOUT, "application_id": "0", "number": 2, "sha256": "0" * 64, "times": _TIMES},
    "withdrawal_undone": {**_ABOUT, "application_id": "0", "by": "Ylva Exempelsson"},
    "withdrawn": {**_ABOUT, "by": "Ylva Exempelsson", "reason": "Moving abroad."},
}
