"""How reads through broken glass stand in the owner's access log."""

from app.features.members.audit.access_log import AccessKind
from app.features.members.staff.break_glass.company_members import KIND
from app.kit.text import Text

ACCESS_KINDS = (
    AccessKind("glass.approve", KIND, Text("批准应急查看公司成员名单", "Approved opening the member list")),
    AccessKind("glass.read", KIND, Text("应急查看了公司成员名单", "Read the member list (break-glass)")),
    AccessKind("glass.end", KIND, Text("提前结束了应急查看", "Closed it before its time")),
)
