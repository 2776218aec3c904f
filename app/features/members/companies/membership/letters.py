"""Mails about who belongs to a company."""

from app.features.members.companies.membership.roles import ROLES
from app.features.members.mail.postbox import Letter
from app.kit.text import Text

_SOME_COMPANY = Text(zh="一家公司", en="a company")


def invitation_letter(link: str, company: str | None) -> Letter:
    """`company`: its name once verified; what others call themselves, no mail of ours repeats."""
    named = Text(zh=f"“{company}”", en=f"“{company}”") if company else _SOME_COMPANY
    return Letter(
        kind="invitation",
        subject=Text(zh=f"{named.zh}邀请你加入 ToP", en=f"Invitation from {named.en} to join ToP"),
        body=Text(
            zh=f"你好：\n\n{named.zh}邀请你作为同事加入 ToP。打开下面的链接，看清是哪家公司，"
            f"再填写姓名和密码：\n\n{link}\n\n链接 72 小时内有效，只能用一次。不认识这家公司就不用理会。\n",
            en=f"Hello,\n\n{named.en} invites you to join ToP as a colleague. Open this link to see which "
            f"company it is and to choose your name and password:\n\n{link}\n\n"
            "It works once, within 72 hours. If you do not know the company, ignore this mail.\n",
        ),
    )


def removed_letter() -> Letter:
    return Letter(
        kind="removed",
        subject=Text(zh="你在 ToP 的账号已停止使用", en="Your account with ToP has ended"),
        body=Text(
            zh="你好：\n\n贵公司管理员把你移出了公司，或你自己离开了公司，你的账号已停止使用。\n"
            "你发布的内容留在公司。用同一个邮箱可以重新注册，或接受新的邀请。\n",
            en="Hello,\n\nan admin removed you from your company, or you left it; your account has ended.\n"
            "What you published stays with the company. With the same address you can register again or "
            "accept another invitation.\n",
        ),
    )


def role_letter(role: str) -> Letter:
    named = ROLES[role]
    return Letter(
        kind="role_changed",
        subject=Text(zh="你在 ToP 的角色变了", en="Your role on ToP has changed"),
        body=Text(
            zh=f"你好：\n\n贵公司管理员把你的角色改为“{named.zh}”。请重新登录后使用。\n",
            en=f"Hello,\n\nan admin of your company changed your role to “{named.en}”. "
            "Please sign in again.\n",
        ),
    )
