"""Imports every table, so that Alembic and the tests see the whole metadata."""

import app.features.follows.models
import app.features.knowledge.models
import app.features.ledger.models
import app.features.ledger.payment_models
import app.features.ledger.seal_models
import app.features.ledger.side_models
import app.features.members.audit.models
import app.features.members.companies.models
import app.features.members.mail.models
import app.features.members.models
import app.features.members.privacy.models
import app.features.members.signing_in.models
import app.features.members.staff.break_glass.models
import app.features.members.staff.roles.models
import app.features.registry.explore.models
import app.features.registry.facts.models
import app.features.registry.life.models
import app.features.registry.models
import app.outbox.models  # noqa: F401
from app.db.base import Base

metadata = Base.metadata
