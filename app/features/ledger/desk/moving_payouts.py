"""Steps of a payout that people take: of what they pay themselves, of what a provider leaves in doubt."""

from app.db.engine import Database, WriteSession
from app.features.ledger import actions as ledger
from app.features.ledger.actions.payout_doubts import clear_contradiction
from app.features.ledger.actions.payout_rows import BY_HAND, locked_payout
from app.features.ledger.desk.acting import person_of
from app.features.ledger.desk.deciding import done
from app.kit.errors import Conflict, Invalid
from app.kit.text import Text
from app.kit.viewer import Viewer

_PROPOSE = "propose_"
# By hand, by one person; then what two people decide; then the end of a contradiction that was corrected.
STEPS = ("sent", "settled", "failed", "propose_settled", "propose_failed", "cleared")


async def move_payout(
    database: Database,
    viewer: Viewer,
    payout: str,
    step: str,
    *,
    provider: str,
    reference: str = "",
    reason: str = "",
) -> str:
    """`step`: one of STEPS. `provider`: who pays out by the settings, empty for staff.

    Returns the payout's public id, or the proposal's. Raises NotFound, Conflict and Invalid.
    """
    if step not in STEPS:
        listed = ", ".join(STEPS)
        raise Invalid(Text(zh=f"只能是：{listed}", en=f"It is one of: {listed}."), field="step")

    async def work(session: WriteSession) -> str:
        if step.startswith(_PROPOSE):
            return await ledger.propose_payout(
                session,
                payout=payout,
                step=step.removeprefix(_PROPOSE),
                reference=_reference(reference) if step == "propose_settled" else "",
                reason=reason,
                actor_id=person_of(viewer),
            )
        if step == "cleared":
            await clear_contradiction(session, payout)
        else:
            await _move_by_hand(session, payout, step, provider, reference=reference, reason=reason)
        return payout

    if step.startswith(_PROPOSE):
        return await done(database, viewer, "propose", "ledger_proposal", work)
    return await done(database, viewer, f"payout_{step}", "ledger_payout", work)


async def _move_by_hand(
    session: WriteSession, payout: str, step: str, provider: str, *, reference: str, reason: str
) -> None:
    row = await locked_payout(session, payout)
    who = row.provider or provider or BY_HAND
    if who != BY_HAND and row.state in ("requested", "sent"):
        raise Conflict(
            Text(
                zh=f"由付款方 {who} 办理。它给不出结果时，可由两人提议并批准。",
                en=f"Its provider, {who}, takes this step. Where it tells no outcome, two people decide.",
            ),
            field="step",
        )
    if step == "settled":
        await ledger.settle_payout(session, payout, provider_ref=_reference(reference))
    elif step == "failed":
        await ledger.fail_payout(session, payout, reason=reason)
    elif await ledger.mark_payout_sent(session, payout) is None:
        raise Conflict(
            Text(zh="这笔提现已经结束，不能再发出。", en="This payout has ended; it is not sent."),
            field="payout",
        )


def _reference(typed: str) -> str:
    plain = typed.strip()
    if not 1 <= len(plain) <= 64:
        raise Invalid(
            Text(
                zh="请填付款方的流水号（最多 64 个字符）。",
                en="Give the provider's number (64 characters at most).",
            ),
            field="reference",
        )
    return plain
