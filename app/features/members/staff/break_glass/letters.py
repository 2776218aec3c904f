"""What the owner's admins are told at once. Why, and what was read, stands in their access log."""

from app.features.members.mail.postbox import Letter
from app.kit.text import Text


def glass_broken_letter(access_log: str) -> Letter:
    return Letter(
        kind="glass_broken",
        subject=Text(
            "平台工作人员正在应急查看贵公司的保密内容",
            "Staff of the platform opened something confidential of yours",
        ),
        body=Text(
            "你好：\n\n经两名工作人员同意，平台工作人员可在 60 分钟内只读查看贵公司的一项保密内容。"
            f"理由、时间和每一次查看都记在贵公司的访问记录里：\n\n{access_log}\n\n"
            "如果你认为不应该，请立即联系我们。\n",
            "Hello,\n\nwith the consent of a second person, somebody of the platform's staff may read one "
            "confidential item of your company, for 60 minutes. The reason, the time and every read stand in "
            f"your company's access log:\n\n{access_log}\n\nIf you think that this should not be, "
            "please contact us at once.\n",
        ),
    )
