"""Why glass cannot be broken."""

from app.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from app.kit.text import Text


def no_such_request() -> NotFound:
    return NotFound(
        Text(zh="没有这个应急查看申请。", en="There is no such request to break glass."), field="id"
    )


def nothing_here() -> NotFound:
    """The answer of an address that leads nowhere."""
    return NotFound(
        Text(
            zh="没有找到这个页面。它可能已经移动，或从未存在。",
            en="Nothing was found here. It may have moved.",
        )
    )


def no_such_object() -> Invalid:
    return Invalid(
        Text(
            zh="没有这个编号的对象。请核对种类和编号。", en="There is no such object; check its kind and id."
        ),
        field="object_id",
    )


def second_person_needed() -> NotAllowed:
    return NotAllowed(
        Text(
            zh="自己的申请不能自己批准，须由另一名工作人员决定。",
            en="Nobody approves his own request: it takes a second person of staff.",
        )
    )


def decided_already() -> Conflict:
    return Conflict(
        Text(zh="这个申请已经有了决定，或者已过期。", en="This request was decided already, or is over."),
        field="id",
    )


def waits_already() -> Conflict:
    return Conflict(
        Text(
            zh="你对这个对象已有一个等待批准或正在打开的应急查看。",
            en="You have a request for this object already, waiting or open.",
        ),
        field="object_id",
    )
