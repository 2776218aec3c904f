"""What is said when a factor is not accepted."""

from app.kit.errors import SignInNeeded
from app.kit.text import Text


class WrongCode(SignInNeeded):
    """Status 401, like every proof of who one is that does not hold."""

    def __init__(self, message: Text | None = None) -> None:
        super().__init__()
        self.field = "code"
        self.message = message or Text(
            zh="验证码不对。请看一眼应用里当前的 6 位数字；恢复码每个只能用一次。",
            en="That code is not right. Please check the six digits the app shows now; "
            "each recovery code works once.",
        )


class CodeUsed(WrongCode):
    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这个验证码已经用过。请等应用里换成下一个（最多 30 秒）再填。",
                en="This code was used already. Please wait for the next one (30 seconds at most).",
            )
        )


class PasskeyRefused(WrongCode):
    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="通行密钥没有通过验证。请再试一次，或改用验证码、恢复码。",
                en="The passkey was not accepted. Please try again, or use a one-time or recovery code.",
            )
        )
        self.field = "credential"


def clock_is_off() -> WrongCode:
    """The code is right for another time."""
    return WrongCode(
        Text(
            zh="验证码对应的时间不对：手机的时钟可能偏差超过 30 秒。请在手机上打开“自动设置时间”后再试，"
            "或先用一个恢复码。",
            en="That code belongs to another time: the clock of your phone may be off by more than 30 "
            "seconds. Please turn on automatic time there and try again, or use a recovery code.",
        )
    )
