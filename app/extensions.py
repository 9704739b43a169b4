"""What Flask needs, made here and bound in `create_app`."""

from __future__ import annotations

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import event

from app.kernel.database import refuse_unscoped
from app.kernel.models import Base


class GuardedSession(FlaskSession):
    """The session of a request; it refuses unscoped reads of protected classes."""


event.listen(GuardedSession, "do_orm_execute", refuse_unscoped)

db = SQLAlchemy(model_class=Base, session_options={"class_": GuardedSession, "expire_on_commit": False})
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
