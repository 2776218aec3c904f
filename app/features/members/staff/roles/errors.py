"""Why a change of roles cannot be proposed or decided."""

from app.kit.errors import Conflict, NotFound, SecondPersonNeeded
from app.kit.text import Text


def no_such_person() -> NotFound:
    return NotFound(
        Text(zh="没有这名工作人员。", en="There is nobody of staff with this id."), field="person"
    )


def no_such_change() -> NotFound:
    return NotFound(Text(zh="没有这项角色变更。", en="There is no such change of roles."), field="id")


def not_for_oneself() -> SecondPersonNeeded:
    return SecondPersonNeeded(
        Text(
            zh="不能给自己角色：须由另一名平台管理员提出，再由一名与你们都不同的管理员确认。",
            en="Nobody gives himself a role: another platform admin proposes it, and a second one confirms.",
        )
    )


def second_admin_needed() -> SecondPersonNeeded:
    return SecondPersonNeeded(
        Text(
            zh="这项变更在等第二名平台管理员：提出的人和被变更的人都不能确认。",
            en="This change waits for a second platform admin: neither who proposed it nor whom it concerns "
            "can decide it.",
        )
    )


def waits_already() -> Conflict:
    return Conflict(
        Text(zh="这项变更已经提出，正在等人确认。", en="This change was proposed already and waits."),
        field="role",
    )


def nothing_to_change(change: str) -> Conflict:
    if change == "give":
        return Conflict(Text(zh="此人已有这个角色。", en="They hold this role already."), field="role")
    return Conflict(Text(zh="此人没有这个角色。", en="They do not hold this role."), field="role")


def decided_already() -> Conflict:
    return Conflict(Text(zh="这项变更已经有了决定。", en="This change was decided already."), field="id")


def last_admin() -> Conflict:
    return Conflict(
        Text(
            zh="这是最后一名平台管理员，收回后再没有人能分配角色。请先增加一名。",
            en="This is the last platform admin: without one nobody can give roles. Add another one first.",
        ),
        field="role",
    )
