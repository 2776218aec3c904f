"""Mails of registration. None repeats what was typed: anybody can type anything, and anybody's address."""

from app.features.members.mail.postbox import Letter
from app.kit.text import Text


def confirm_letter(link: str) -> Letter:
    return Letter(
        kind="confirm_mail",
        subject=Text(
            zh="确认邮箱，完成在 ToP 的注册", en="Confirm your address to finish registering with ToP"
        ),
        body=Text(
            zh="你好：\n\n有人用这个邮箱在 ToP（IT 与安全伙伴的知识社区）注册公司。"
            "如果是你，请打开下面的链接完成注册：\n\n"
            f"{link}\n\n链接 72 小时内有效，只能用一次。\n\n"
            "如果不是你，不用做任何事：不打开链接就不会有账号，填写的内容 72 小时后删除。\n",
            en="Hello,\n\nsomebody registers a company with ToP, the knowledge community of IT and security "
            "partners, using this address. If it is you, open this "
            f"link to finish:\n\n{link}\n\nIt works once, within 72 hours.\n\n"
            "If it is not you, do nothing: without the link there is no account, and what was typed is "
            "deleted after 72 hours.\n",
        ),
    )


def known_letter(sign_in: str, forgotten: str) -> Letter:
    """For an address that has an account: the page said the same as to anybody."""
    return Letter(
        kind="already_registered",
        subject=Text(zh="你在 ToP 已有账号", en="You already have an account with ToP"),
        body=Text(
            zh="你好：\n\n有人用这个邮箱在 ToP 注册公司，但这个邮箱已有账号，所以没有新建任何东西。\n\n"
            f"如果是你，请直接登录：\n{sign_in}\n\n忘记密码：\n{forgotten}\n\n如果不是你，不用做任何事。\n",
            en="Hello,\n\nsomebody tried to register a company with ToP using this address. It already has "
            f"an account, so nothing was created.\n\nIf it was you, sign in:\n{sign_in}\n\n"
            f"Forgot the password?\n{forgotten}\n\nIf it was not you, do nothing.\n",
        ),
    )
