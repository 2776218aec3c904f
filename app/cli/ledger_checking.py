"""Checking the books from the terminal: by `topctl ledger check`, and at the end of `topctl prepare`."""

from app.cli.terminal import err, out, say
from app.features.ledger.checking.report import Auditor, Report
from app.features.ledger.sealing.auditing import seal_auditor
from app.kit.amount import Amount, asset_named
from app.kit.text import Text
from app.settings import Settings

# What other rooms know that must agree with the books; the seals are added from the settings.
AUDITORS: tuple[Auditor, ...] = ()


def auditors_of(settings: Settings) -> tuple[Auditor, ...]:
    """For the full check alone: the seals are recomputed from all of the books."""
    return (*AUDITORS, seal_auditor(settings.seal_export))


def tell_report(report: Report) -> None:
    told = Text(
        zh=f"{report.transfers} 笔转账（{report.rejected} 笔被拒绝），{report.entries} 条分录，"
        f"{report.accounts} 个账户；检查了 {'、'.join(report.checked)}",
        en=f"{report.transfers} transfers ({report.rejected} rejected), {report.entries} entries, "
        f"{report.accounts} accounts; checked {', '.join(report.checked)}",
    )
    out.print(f"{report.as_of:%Y-%m-%d %H:%M:%S}  {say(told)}", markup=False, soft_wrap=True)
    for asset, minor in report.outstanding.items():
        held = Amount(asset_named(asset), minor).as_text()
        out.print(say(Text(zh=f"伙伴持有 {held.zh}", en=f"Partners hold {held.en}")), markup=False)
    tell_findings(report)
    if report.is_clean:
        out.print(say(Text(zh="账目平衡。", en="The books balance.")), style="bold green")
    else:
        wrong = Text(
            zh=f"账目有误：{_wrong(report)} 处。检查从不修改账目；请查明原因，由两人作更正。",
            en=f"The books do not hold: {_wrong(report)} findings. A check never repairs; find the cause, "
            "then two people post a correction.",
        )
        err.print(say(wrong), style="bold red", markup=False, soft_wrap=True)


def tell_findings(report: Report) -> None:
    """What is wrong to the stream of errors, what is late beside the rest."""
    for finding in report.findings:
        detail = say(finding.words) if finding.words else finding.detail
        line = f"{finding.invariant}  {finding.subject}  {say(finding.rule)}: {detail}"
        (out if finding.is_late else err).print(line, markup=False, soft_wrap=True)


def _wrong(report: Report) -> int:
    return sum(not finding.is_late for finding in report.findings)
