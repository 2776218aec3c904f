"""The mail that a copy of one's data is ready. It holds the way to it, and nothing of it."""

from app.features.members.mail.postbox import Letter
from app.kit.text import Text


def copy_letter(link: str) -> Letter:
    return Letter(
        kind="data_copy",
        subject=Text(zh="你的数据副本准备好了", en="The copy of your data is ready"),
        body=Text(
            zh="你好：\n\n你在 ToP 申请的数据副本准备好了。请登录后打开下面的链接下载：\n\n"
            f"{link}\n\n链接 24 小时内有效，只能下载一次。\n\n"
            "如果不是你申请的，请马上修改密码，并查看“账号与安全”里的登录设备。\n",
            en="Hello,\n\nthe copy of your data that you asked ToP for is ready. Sign in and open this "
            f"link to download it:\n\n{link}\n\nIt works once, within 24 hours.\n\n"
            "If you did not ask for it, change your password now and look at the devices that are "
            "signed in.\n",
        ),
    )
