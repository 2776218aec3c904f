"""Mails about roles."""

from app.features.members.mail.postbox import Letter
from app.features.members.staff.role_words import ROLE_NAMES
from app.kit.text import Text


def roles_changed_letter(role: str, change: str, console: str) -> Letter:
    name = ROLE_NAMES[role]
    what = (
        Text(f"你获得了角色“{name.zh}”", f"you now hold the role “{name.en}”")
        if change == "give"
        else Text(f"你的角色“{name.zh}”已收回", f"you no longer hold the role “{name.en}”")
    )
    return Letter(
        kind="roles_changed",
        subject=Text("你在 ToP 的工作角色有变化", "Your staff roles at ToP have changed"),
        body=Text(
            f"你好：\n\n{what.zh}。为安全起见你已在所有设备上退出，请重新登录：\n\n{console}\n\n"
            "如果你不清楚为什么，请联系平台管理员。\n",
            f"Hello,\n\n{what.en}. For safety you were signed out everywhere; sign in again:\n\n{console}\n\n"
            "If you do not know why, ask a platform admin.\n",
        ),
    )


def invitation_letter(link: str, forgotten: str) -> Letter:
    return Letter(
        kind="staff_invitation",
        subject=Text("邀请你加入 ToP 工作团队", "You are invited to the staff of ToP"),
        body=Text(
            "你好：\n\n有人为你开设了 ToP 的工作账号。请打开下面的链接设置密码，然后登记第二验证方式"
            f"（没有它不能使用工作台）：\n\n{link}\n\n"
            f"链接 72 小时内有效，只能用一次；过期后可在这里重新获取：\n{forgotten}\n\n"
            "如果你不认识 ToP，不用做任何事。\n",
            "Hello,\n\nan account among the staff of ToP was made for you. Open this link to choose a "
            "password, then enrol a second factor, without which the console does not open:\n\n"
            f"{link}\n\nIt works once, within 72 hours; after that ask for another one here:\n"
            f"{forgotten}\n\nIf you do not know ToP, do nothing.\n",
        ),
    )
