"""Tables of companies beside the companies themselves."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime
from app.features.members.models import COMPANY_NAME_LENGTH, MAIL_LENGTH, PERSON_NAME_LENGTH


class Registration(Base):
    """What somebody typed who registers. Becomes a company and its first member when the mail is confirmed.

    Apart from them, because anybody can type anybody's address: until its owner confirms it, nothing is
    taken and nobody is in the way of the next one. Asked for with a known address, it holds nothing else.
    """

    __tablename__ = "registrations"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    mail: Mapped[str] = mapped_column(String(MAIL_LENGTH), index=True)
    company_name: Mapped[str] = mapped_column(String(COMPANY_NAME_LENGTH))
    person_name: Mapped[str] = mapped_column(String(PERSON_NAME_LENGTH))
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(10))
    browser: Mapped[str] = mapped_column(String(64))  # hash of the cookie of whoever typed it; '' over JSON
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
