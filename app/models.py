"""Every table, for migrations and for those who need the whole metadata."""

from __future__ import annotations

from app.applications import models as applications
from app.applications.approvals import models as approvals
from app.applications.letters import models as letters
from app.applications.team import models as team
from app.awards import models as awards
from app.communications import models as communications
from app.decisions import models as decisions
from app.identities import models as identities
from app.kernel.models import Base
from app.notices import models as notices
from app.programmes import models as programmes
from app.reviews import models as reviews
from app.trail import models as trail

ROOMS = (
    applications,
    approvals,
    awards,
    communications,
    decisions,
    identities,
    letters,
    notices,
    programmes,
    reviews,
    team,
    trail,
)
metadata = Base.metadata
__all__ = ["ROOMS", "Base", "metadata"]
