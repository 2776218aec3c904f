"""What this room holds of people."""

from app.features.members.audit.models import AuditEntry
from app.features.members.companies.models import (
    CompanyChange,
    CompanyDocument,
    Invitation,
    SponsorCode,
    VerificationRequest,
)
from app.features.members.models import Person, StaffRole
from app.features.members.privacy.holdings import Holding
from app.features.members.privacy.models import DataCopy
from app.features.members.signing_in.models import (
    ApiToken,
    CodeSeed,
    Passkey,
    RecoveryCode,
    SignInSession,
    SingleUseLink,
)
from app.features.members.staff.roles.models import StaffRoleChange

HOLDINGS = (
    Holding(DataCopy, copied=("state", "asked_at", "expires_at")),
    Holding(
        SignInSession,
        copied=("device", "ip_prefix", "created_at", "seen_at", "ends_at", "second_factor_at", "password_at"),
    ),
    Holding(SingleUseLink, copied=("purpose", "expires_at", "used_at")),
    Holding(CodeSeed, copied=("state", "created_at", "used_at")),
    Holding(Passkey, copied=("name", "created_at", "used_at")),
    Holding(RecoveryCode, copied=("used_at",)),
    Holding(
        ApiToken,
        copied=("name", "scopes", "state", "created_at", "expires_at", "used_at"),
        company="company_id",
    ),
    Holding(
        VerificationRequest,
        person="submitted_by",
        copied=("method", "domain", "note", "state", "reason", "submitted_at", "decided_at"),
        is_kept=True,
        company="company_id",
    ),
    Holding(
        CompanyDocument,
        person="uploaded_by",
        copied=("name", "size", "created_at"),
        is_kept=True,
        company="company_id",
    ),
    Holding(
        Invitation,
        person="invited_by",
        copied=("role", "state", "created_at"),
        is_kept=True,
        company="company_id",
    ),
    Holding(
        SponsorCode,
        person="made_by",
        copied=("created_at", "used_at"),
        is_kept=True,
        company="company_id",
    ),
    Holding(CompanyChange, person="made_by", copied=("kind", "made_at"), is_kept=True, company="company_id"),
    Holding(StaffRole, copied=("role", "since")),
    Holding(StaffRoleChange, copied=("role", "change", "state", "proposed_at", "decided_at"), is_kept=True),
    # Its row stays with ids alone: see erasing.py.
    Holding(
        Person,
        person="id",
        copied=("public_id", "kind", "role", "mail", "name", "language", "vendor", "state", "created_at"),
        is_kept=True,
    ),
    Holding(
        AuditEntry,
        person="actor_id",
        copied=("at", "action", "object_kind", "object_id", "result", "ip_prefix"),
        is_kept=True,
    ),
)
