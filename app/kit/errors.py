"""The kinds of refusal. Rooms raise them (or subclasses); `app.web.errors` alone maps them to HTTP."""

from app.kit.text import Text


class DomainError(Exception):
    """Base of all kinds.

    `message` is shown to the reader: what is wrong, the limit, and the way out.
    `field` names the offending input, where one is to blame.
    """

    kind = "error"

    def __init__(self, message: Text, *, field: str | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.field = field


class NotFound(DomainError):
    """Missing, or hidden from this viewer: the same answer."""

    kind = "not_found"


class NotAllowed(DomainError):
    """The viewer may see the object but not do this to it."""

    kind = "not_allowed"


class Conflict(DomainError):
    """The state no longer allows it, or another write came first."""

    kind = "conflict"


class SecondPersonNeeded(Conflict):
    """It takes somebody else: not whoever asked for it, nor whom it concerns. A denial, too."""

    kind = "second_person_needed"


class Invalid(DomainError):
    """The input is outside its stated limits."""

    kind = "invalid"


class LimitReached(DomainError):
    """Too many requests or too much used; `retry_after` in seconds, where known."""

    kind = "limit_reached"

    def __init__(self, message: Text, *, field: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(message, field=field)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """A part that this cannot do without is not working; nothing was done or shown."""

    kind = "unavailable"


class SignInNeeded(DomainError):
    """Nobody is signed in, or the session or token is no longer valid."""

    kind = "sign_in_needed"

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="请先登录。登录状态可能已过期。",
                en="Please sign in first; the session or token may have ended.",
            )
        )


class PasswordNeeded(DomainError):
    """Signed in, but this asks for the password given within the last ten minutes."""

    kind = "password_needed"

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这一步需要再输入一次密码，确认是你本人。",
                en="This step asks for your password once more, to be sure that it is you.",
            )
        )


class SecondFactorNeeded(DomainError):
    """Signed in, but this asks for a second factor given within the last ten minutes or at all."""

    kind = "second_factor_needed"

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这一步需要再验证一次身份（动态验证码、通行密钥或恢复码）。",
                en="This step asks for your second factor (one-time code, passkey or recovery code).",
            )
        )
