"""The invariants of the books, each as a query whose rows are violations: (subject, detail).

{entries} are the entries looked at, {chained} the same with the balance before each, {touched} all entries
of their transfers, {untouched} tells that an account without such entries is not as its last checkpoint
left it.
"""

from dataclasses import dataclass

from app.features.ledger.kinds import AccountKind, TransferKind
from app.kit.text import Text

# The numbers that the queries name.
KINDS = {
    "refund": TransferKind.REFUND,
    "pending": AccountKind.EARNINGS_PENDING,
    "promo": AccountKind.WALLET_PROMO,
    "deposit": AccountKind.DEPOSIT,
    "payout_clearing": AccountKind.PAYOUT_CLEARING,
    "suspense": AccountKind.SUSPENSE,
    "payout_settle": TransferKind.PAYOUT_SETTLE,
    "payout_settled": AccountKind.PAYOUT_SETTLED,
    "payment_clearing": AccountKind.PAYMENT_CLEARING,
}


@dataclass(frozen=True, slots=True)
class Invariant:
    number: str
    rule: Text
    sql: str


ENTRIES = {
    "full": "(SELECT e.*, 0 AS start_seq, 0 AS start_balance FROM ledger_entries e)",
    "since_checkpoint": """
        (SELECT e.*, coalesce(c.account_seq, 0) AS start_seq, coalesce(c.balance, 0) AS start_balance
         FROM ledger_entries e LEFT JOIN (
             SELECT p.account_id, p.account_seq, p.balance FROM ledger_checkpoints p
             WHERE p.account_seq = (
                 SELECT max(q.account_seq) FROM ledger_checkpoints q WHERE q.account_id = p.account_id)
         ) c ON c.account_id = e.account_id
         WHERE e.account_seq > coalesce(c.account_seq, 0))""",
}
# Entries with what their accounts held before them: each database has its own quickest way.
CHAINED = {
    "sqlite": "(SELECT e.*, p.balance_after AS before FROM {entries} e LEFT JOIN ledger_entries p"
    " ON p.account_id = e.account_id AND p.account_seq = e.account_seq - 1)",
    "postgresql": "(SELECT e.*, lag(e.balance_after, 1, e.start_balance)"
    " OVER (PARTITION BY e.account_id ORDER BY e.account_seq) AS before FROM {entries} e)",
}

INVARIANTS = (
    Invariant(
        "I1",
        Text(zh="每笔转账至少两条分录、账户各异、每种资产合计为零",
             en="a posted transfer has two entries or more, on distinct accounts, zero in sum per asset"),
        """
        SELECT 'transfer ' || x.transfer_id, 'legs ' || x.legs || ', accounts ' || x.accounts
               || ', sum ' || x.total || ', sum of credits ' || x.total_credits
        FROM (SELECT e.transfer_id, count(*) AS legs, count(DISTINCT e.account_id) AS accounts,
                     sum(e.amount) AS total,
                     sum(CASE WHEN a.asset = 'CR' THEN e.amount ELSE 0 END) AS total_credits
              FROM {touched} e JOIN ledger_accounts a ON a.id = e.account_id
              GROUP BY e.transfer_id) x
        WHERE x.legs < 2 OR x.accounts <> x.legs OR x.total <> 0 OR x.total_credits <> 0
        """,
    ),
    Invariant(
        "I1",
        Text(zh="已入账的转账有分录，被拒绝的没有", en="posted transfers have entries, rejected ones none"),
        """
        SELECT 'transfer ' || t.id, t.state FROM ledger_transfers t
        LEFT JOIN ledger_entries e ON e.transfer_id = t.id AND e.leg = 1
        WHERE (t.state = 'posted') <> (e.leg IS NOT NULL)
        """,
    ),
    Invariant(
        "I2",
        Text(zh="余额不越上下限", en="no balance is below its floor or above its ceiling"),
        """
        SELECT 'account ' || a.id, 'balance ' || a.balance FROM ledger_accounts a
        WHERE a.balance < a.floor OR a.balance > a.ceiling
        """,
    ),
    Invariant(
        "I3",
        Text(zh="余额等于最后一条分录后的余额，序号连续",
             en="a balance is what its last entry left, without a gap in their numbers"),
        # With the next invariant: so it is the sum of its entries.
        """
        SELECT 'account ' || a.id, 'balance ' || a.balance || ', seq ' || a.seq || '; last entry left '
               || a.entered || ', count ' || coalesce(x.entries, 0) || ', last ' || coalesce(x.last, a.seq)
        FROM (SELECT b.*, coalesce((SELECT l.balance_after FROM ledger_entries l
                                    WHERE l.account_id = b.id AND l.account_seq = b.seq), 0) AS entered
              FROM ledger_accounts b) a
        LEFT JOIN (
            SELECT e.account_id, count(*) + min(e.start_seq) AS entries, max(e.account_seq) AS last
            FROM {entries} e GROUP BY e.account_id) x ON x.account_id = a.id
        WHERE (x.account_id IS NULL AND {untouched})
           OR a.balance <> a.entered OR x.entries <> a.seq OR x.last <> a.seq
        """,
    ),
    Invariant(
        "I3",
        Text(zh="每条分录后的余额接续前一条", en="each entry's balance follows from the one before"),
        """
        SELECT 'entry ' || x.transfer_id || '/' || x.leg, 'account ' || x.account_id || ', seq '
               || x.account_seq || ', balance after ' || x.balance_after || ', expected '
               || (coalesce(x.before, 0) + x.amount)
        FROM {chained} x
        WHERE x.balance_after <> coalesce(x.before, 0) + x.amount
        """,
    ),
    Invariant(
        "I3",
        Text(zh="以往的对账点仍然成立", en="every older checkpoint still holds"),
        """
        SELECT 'account ' || c.account_id, 'checkpoint ' || c.account_seq || ' says ' || c.balance
               || ', books say ' || coalesce(CAST(e.balance_after AS VARCHAR(20)), 'nothing')
        FROM ledger_checkpoints c LEFT JOIN ledger_entries e
             ON e.account_id = c.account_id AND e.account_seq = c.account_seq
        WHERE e.balance_after IS NULL OR e.balance_after <> c.balance
        """,
    ),
    Invariant(
        "I4",
        Text(zh="每种资产的余额合计为零", en="all balances of an asset sum to zero"),
        """
        SELECT 'asset ' || a.asset, 'sum ' || sum(a.balance) FROM ledger_accounts a
        GROUP BY a.asset HAVING sum(a.balance) <> 0
        """,
    ),
    Invariant(
        "I7",
        Text(zh="退款不超过价格", en="refunds of a sale never exceed its price"),
        """
        SELECT 'transfer ' || s.reverses_id, 'price ' || p.paid || ', refunded ' || s.refunded
        FROM (SELECT t.reverses_id, sum(e.amount) AS refunded
              FROM ledger_transfers t JOIN ledger_entries e ON e.transfer_id = t.id AND e.amount > 0
              WHERE t.kind = {refund} AND t.reverses_id IS NOT NULL GROUP BY t.reverses_id) s
        JOIN (SELECT e.transfer_id, -sum(e.amount) AS paid FROM ledger_entries e
              WHERE e.amount < 0 GROUP BY e.transfer_id) p ON p.transfer_id = s.reverses_id
        WHERE s.refunded > p.paid
        """,
    ),
    Invariant(
        "I9",
        Text(zh="待结算余额等于未结的冻结之和", en="pending earnings are the sum of what holds still hold"),
        """
        SELECT 'account ' || a.id, 'balance ' || a.balance || ', holds ' || coalesce(h.held, 0)
        FROM ledger_accounts a LEFT JOIN (
            SELECT account_id, sum(amount - released - returned) AS held FROM ledger_holds
            WHERE state <> 'done' GROUP BY account_id) h ON h.account_id = a.id
        WHERE a.kind = {pending} AND a.balance <> coalesce(h.held, 0)
        """,
    ),
    Invariant(
        "I9",
        Text(zh="付款清算余额等于在途提现之和", en="payout clearing is the sum of payouts under way"),
        """
        SELECT 'asset ' || a.asset, 'balance ' || a.balance || ', payouts ' || coalesce(p.held, 0)
        FROM ledger_accounts a LEFT JOIN (
            SELECT asset, sum(amount) AS held FROM ledger_payouts
            WHERE state IN ('requested', 'sent') GROUP BY asset) p ON p.asset = a.asset
        WHERE a.kind = {payout_clearing} AND a.balance <> coalesce(p.held, 0)
        """,
    ),
    Invariant(
        "I9",
        Text(zh="保证金余额等于所收保证金之和", en="deposits held add up to the deposit accounts"),
        """
        SELECT 'account ' || a.id, 'balance ' || a.balance || ', deposits ' || coalesce(d.held, 0)
        FROM ledger_accounts a LEFT JOIN (
            SELECT company_id, asset, sum(amount) AS held FROM ledger_deposits
            WHERE state = 'held' GROUP BY company_id, asset) d
             ON d.company_id = a.company_id AND d.asset = a.asset
        WHERE a.kind = {deposit} AND a.balance <> coalesce(d.held, 0)
        """,
    ),
    Invariant(
        "I9",
        Text(zh="付出去的钱等于已到账提现之和", en="money that left is the sum of payouts that were paid"),
        """
        SELECT 'payouts', 'paid ' || p.total || ', booked ' || b.total
        FROM (SELECT coalesce(sum(amount), 0) AS total FROM ledger_payouts WHERE state = 'settled') p,
             (SELECT coalesce(sum(e.amount), 0) AS total FROM ledger_entries e
              JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = {payout_settled}
              JOIN ledger_transfers t ON t.id = e.transfer_id AND t.kind = {payout_settle}) b
        WHERE p.total <> b.total
        """,
    ),
    Invariant(
        "I9",
        Text(zh="支付渠道所说的每笔付款和拒付，都以同样的积分入账",
             en="each payment and chargeback that a provider told of is booked with its credits"),
        """
        SELECT 'event ' || v.public_id, 'credits ' || v.credits || ', booked ' || coalesce(abs(b.amount), 0)
        FROM ledger_payment_events v LEFT JOIN (
            SELECT e.transfer_id, e.amount FROM ledger_entries e
            JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = {payment_clearing}) b
             ON b.transfer_id = v.transfer_id
        WHERE v.state = 'matched' AND v.kind <> 'chargeback_won' AND v.credits <> coalesce(abs(b.amount), 0)
        """,
    ),
    Invariant(
        "I10",
        Text(zh="赠送余额等于未用赠送之和", en="bonus balances are the sum of what bonuses have left"),
        """
        SELECT 'account ' || a.id, 'balance ' || a.balance || ', bonuses ' || coalesce(b.held, 0)
        FROM ledger_accounts a LEFT JOIN (
            SELECT account_id, sum(remaining) AS held FROM ledger_bonuses
            WHERE remaining > 0 GROUP BY account_id) b ON b.account_id = a.id
        WHERE a.kind = {promo} AND a.balance <> coalesce(b.held, 0)
        """,
    ),
    Invariant(
        "I10",
        Text(zh="待查账户为零", en="suspense is zero"),
        """
        SELECT 'account ' || a.id, 'balance ' || a.balance FROM ledger_accounts a
        WHERE a.kind = {suspense} AND a.balance <> 0
        """,
    ),
)  # fmt: skip
