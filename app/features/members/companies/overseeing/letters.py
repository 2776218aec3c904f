"""Mails about what staff did to a company. The reason is for its admins."""

from app.features.members.mail.postbox import Letter
from app.kit.text import Text


def suspended_letter(reason: str) -> Letter:
    return Letter(
        kind="company_suspended",
        subject=Text(zh="贵公司在 ToP 已暂停使用", en="Your company is suspended on ToP"),
        body=Text(
            zh=f"你好：\n\n贵公司的账号已暂停，所有成员退出登录。理由：\n\n{reason}\n\n数据都还在。有异议请回复平台。\n",
            en="Hello,\n\nyour company is suspended; all members are signed out. The reason:\n\n"
            f"{reason}\n\nYour data is kept. If you disagree, please answer the platform.\n",
        ),
    )


def reinstated_letter() -> Letter:
    return Letter(
        kind="company_reinstated",
        subject=Text(zh="贵公司在 ToP 已恢复使用", en="Your company is reinstated on ToP"),
        body=Text(
            zh="你好：\n\n贵公司的账号已恢复，可以重新登录。\n",
            en="Hello,\n\nyour company is reinstated; you can sign in again.\n",
        ),
    )


def moved_letter() -> Letter:
    return Letter(
        kind="company_merged",
        subject=Text(zh="你在 ToP 的公司账号合并了", en="Your company account on ToP was merged"),
        body=Text(
            zh="你好：\n\n同一家公司注册了两次，工作人员把它们合并了。你的账号已转到保留的那一家，"
            "由那边的管理员恢复后即可登录。\n",
            en="Hello,\n\nthe same company had registered twice, and staff merged the two. Your account has "
            "moved to the one that stays; you can sign in once an admin there has reinstated you.\n",
        ),
    )


def arrivals_letter(link: str) -> Letter:
    return Letter(
        kind="company_arrivals",
        subject=Text(zh="有同事等你确认", en="Colleagues wait for your approval"),
        body=Text(
            zh="你好：\n\n有人用同一个公司名另外注册了一次，工作人员把他们并入贵公司。"
            f"他们现在是“已停用”，看不到任何东西；确认是同事后请在成员页恢复，不认识的请移除：\n\n{link}\n",
            en="Hello,\n\nsomebody had registered your company a second time, and staff merged them into "
            "yours. They are suspended for now and see nothing. Reinstate those you know on the page of "
            f"members, and remove the others:\n\n{link}\n",
        ),
    )
