"""Mails about verification."""

from app.features.members.mail.postbox import Letter
from app.kit.text import Text


def decision_letter(*, is_verified: bool, link: str) -> Letter:
    """The reason stands on the page: a mail holds nothing that staff wrote."""
    zh, en = ("已通过", "was accepted") if is_verified else ("没有通过", "was not accepted")
    return Letter(
        kind="verification",
        subject=Text(zh=f"贵公司在 ToP 的认证{zh}", en=f"The verification of your company on ToP {en}"),
        body=Text(
            zh=f"你好：\n\n贵公司的认证申请{zh}。理由和下一步请登录查看：\n\n{link}\n",
            en="Hello,\n\nyour company's request for verification "
            f"{en}. Sign in to read the reason and what comes next:\n\n{link}\n",
        ),
    )
