"""What could be forgotten in the ledger, one at a time, and the tests that must notice."""

from dataclasses import dataclass

POSTING = "app/features/ledger/posting"
ACTIONS = "app/features/ledger/actions"
PAYING = "app/features/ledger/paying_out"
TESTS = "tests/features/ledger"


@dataclass(frozen=True, slots=True)
class Mutation:
    """`old` becomes `new` in `file`; one of `tests` must then fail."""

    name: str
    file: str  # a path, or the end of a migration's name
    old: str
    new: str
    tests: str


MUTATIONS = (
    Mutation(
        "no order of locks",
        f"{POSTING}/sql.py",
        " ORDER BY id{lock}",
        " ORDER BY random(){lock}",
        f"{TESTS}/test_races.py -k six_accounts and portable",
    ),
    Mutation(
        "no order of locks in the function",
        "post_several_in_one_message.py",
        "ORDER BY a.id",
        "ORDER BY random()",
        f"{TESTS}/test_races.py -k six_accounts and function",
    ),
    Mutation(
        "no lock",
        f"{POSTING}/sql.py",
        '" FOR NO KEY UPDATE"',
        '""',
        f"{TESTS}/test_races.py -k (last_credit or six_accounts) and portable",
    ),
    Mutation(
        "no lock in the function",
        "post_several_in_one_message.py",
        "FOR NO KEY UPDATE OF a",
        "",
        f"{TESTS}/test_races.py -k (last_credit or six_accounts) and function",
    ),
    Mutation(
        "no ON CONFLICT",
        f"{POSTING}/sql.py",
        "ON CONFLICT (scope, idem_key) DO NOTHING ",
        "",
        f"{TESTS}/test_posting.py -k same_request and sqlite",
    ),
    Mutation(
        "no ON CONFLICT in the function",
        "post_several_in_one_message.py",
        "ON CONFLICT (scope, idem_key) DO NOTHING ",
        "",
        f"{TESTS}/test_posting.py -k same_request and function",
    ),
    Mutation(
        "no guard on the number of the last entry",
        f"{POSTING}/sql.py",
        " AND seq = :seq{at})",
        ")",
        f"{TESTS}/test_posting.py -k changed_since and sqlite",
    ),
    Mutation(
        "no CHECK of the floor",
        "create_ledger.py",
        "floor IS NULL OR balance >= floor",
        "1 = 1",
        f"{TESTS}/test_guards.py -k bounds and sqlite",
    ),
    Mutation(
        "no floor in the rules",
        f"{POSTING}/moves.py",
        "row.floor is not None and balance < row.floor",
        "False",
        f"{TESTS}/test_posting.py -k refusal_is_remembered and sqlite",
    ),
    Mutation(
        "no floor in the function",
        "post_several_in_one_message.py",
        "WHEN balances[i] < floors[i] THEN 'insufficient'",
        "",
        f"{TESTS}/test_posting.py -k refusal_is_remembered and function",
    ),
    Mutation(
        "a freeze that holds nothing",
        f"{POSTING}/moves.py",
        "change < 0 and row.is_frozen",
        "False",
        f"{TESTS}/test_chargebacks.py -k frozen_wallet and sqlite",
    ),
    Mutation(
        "a freeze that the function ignores",
        "post_several_in_one_message.py",
        "WHEN changes[i] < 0 AND blocks[i] = 'frozen' AND NOT p_passes_freeze[j] THEN 'frozen'",
        "",
        f"{TESTS}/test_chargebacks.py -k frozen_wallet and function",
    ),
    Mutation(
        "no look at the content of a repeated request",
        f"{POSTING}/transfers.py",
        "row.request_hash != request.digest",
        "False",
        f"{TESTS}/test_posting.py -k another_request and sqlite",
    ),
    Mutation(
        "refusals forgotten",
        f"{POSTING}/running.py",
        "refusal.request is None or",
        "True or",
        f"{TESTS}/test_posting.py -k refusal_is_remembered and sqlite",
    ),
    Mutation(
        "no trigger for unbalanced transfers",
        "post_in_one_message.py",
        "IF wrong IS NOT NULL THEN",
        "IF false THEN",
        f"{TESTS}/test_guards.py -k does_not_balance and function",
    ),
    Mutation(
        "entries of accounts that are not there",
        "post_in_one_message.py",
        "count(DISTINCT a.id) <> count(*)",
        "false",
        f"{TESTS}/test_guards.py -k does_not_balance and function",
    ),
    Mutation(
        "legs that can be added later",
        "post_in_one_message.py",
        "max(added.leg) <> count(*)",
        "false",
        f"{TESTS}/test_guards.py -k second_helping and function",
    ),
    Mutation(
        "a refusal that is committed",
        "post_several_in_one_message.py",
        "PERFORM ledger_undo('refused', wrong);",
        "NULL;",
        f"{TESTS}/test_purchase.py -k without_credits and function",
    ),
    Mutation(
        "bonus credits spent and not noted",
        "post_several_in_one_message.py",
        "WHEN p_alone AND i = ANY (p_leaving_more) THEN 'more'",
        "",
        f"{TESTS}/test_purchase.py -k bonus_credits and function",
    ),
    Mutation(
        "sold twice in one message",
        f"{POSTING}/message.py",
        "ELSE ledger_undo('{TAKEN}', ARRAY({taken})::int[]) END",
        "ELSE false END",
        f"{TESTS}/test_purchase.py -k sold_twice and function",
    ),
    Mutation(
        "the next of a message begins where the first did",
        "post_several_in_one_message.py",
        "reached[i] := reached[i] + 1;",
        "reached[i] := seqs[i] + 1;",
        f"{TESTS}/test_together.py -k same_account",
    ),
    Mutation(
        "the next of a message is told what the first moved",
        "post_several_in_one_message.py",
        "changes[i] := 0;",
        "",
        f"{TESTS}/test_paths_agree.py -k message",
    ),
    Mutation(
        "rows of a message written for nobody",
        f"{POSTING}/message.py",
        'OFFSET 0) AS told" if alone else',
        'OFFSET 0) AS told" if False else',
        f"{TESTS}/test_together.py -k acting_for_itself",
    ),
    Mutation(
        "all of a message for the fault of one",
        f"{POSTING}/together.py",
        "if not blamed:",
        "if True:",
        f"{TESTS}/test_together.py -k to_blame",
    ),
    Mutation(
        "what was refused takes from the next",
        "post_several_in_one_message.py",
        "balances := before;",
        "",
        f"{TESTS}/test_together.py -k took_nothing",
    ),
    Mutation(
        "a long wait for rows beside",
        "post_several_in_one_message.py",
        "SET top.posting = 'on'",
        "SET lock_timeout = '2s' SET top.posting = 'on'",
        f"{TESTS}/test_posting.py -k waits_long and function",
    ),
    Mutation(
        "rows of one with the transfer of another",
        f"{POSTING}/message.py",
        '{**posting.beside.values(posting.public_id), "place": at, **told(posting.tenant)}',
        '{"place": at, **told(posting.tenant), **posting.beside.values(posting.public_id)}',
        f"{TESTS}/test_words.py -k whose_rows",
    ),
    Mutation(
        "history that can be changed",
        "guard_ledger.py",
        "BEFORE UPDATE ON {table} {refuse}",
        "BEFORE UPDATE ON {table} BEGIN SELECT 1; END",
        f"{TESTS}/test_guards.py -k append_only and sqlite",
    ),
    Mutation(
        "refunds above the price",
        f"{ACTIONS}/refunds.py",
        "if not 0 < minor <= price - before:",
        "if False:",
        f"{TESTS}/test_refunds.py -k never_pass_the_price and sqlite",
    ),
    Mutation(
        "holds released twice",
        f"{ACTIONS}/releasing.py",
        '_DUE = (LedgerHold.state != "done", ',
        "_DUE = (",
        f"{TESTS}/test_races.py -k two_releases and sqlite",
    ),
    Mutation(
        "released before the date",
        f"{ACTIONS}/releasing.py",
        "LedgerHold.release_at <= database_now()",
        "LedgerHold.id > 0",
        f"{TESTS}/test_clock.py -k own_clock and sqlite",
    ),
    Mutation(
        "debt not repaid by releases",
        f"{ACTIONS}/releasing.py",
        "give(amount, debt, Account",
        "give(amount, Account",
        f"{TESTS}/test_refunds.py -k repay_debt and sqlite",
    ),
    Mutation(
        "credits spent before bonus",
        f"{ACTIONS}/sales.py",
        "take(price, bonus, Account(AccountKind.WALLET, buyer_id))",
        "take(price, Account(AccountKind.WALLET, buyer_id), bonus)",
        f"{TESTS}/test_bonuses.py -k before_credits and sqlite",
    ),
    Mutation(
        "bonuses not used up",
        f"{ACTIONS}/sales.py",
        "if not posted.replayed and (spent",
        "if False and (spent",
        f"{TESTS}/test_bonuses.py -k before_credits and sqlite",
    ),
    Mutation(
        "one person is two",
        f"{ACTIONS}/proposals.py",
        "found.proposed_by == actor_id",
        "False",
        f"{TESTS}/test_bonuses.py -k budget_takes and sqlite",
    ),
    Mutation(
        "payouts in spite of debt",
        f"{ACTIONS}/payouts.py",
        "locked[debt].balance < 0",
        "False",
        f"{TESTS}/test_payouts.py -k debt_is_repaid and sqlite",
    ),
    Mutation(
        "two payouts under way",
        f"{ACTIONS}/payouts.py",
        "if await _under_way(session, company_id):",
        "if False:",
        f"{TESTS}/test_payouts.py -k one_at_a_time and sqlite",
    ),
    Mutation(
        "a payment taken back twice",
        "create_ledger.py",
        '"uq_ledger_transfers_reversed_once",',
        '"uq_ledger_transfers_reversed_never",',
        f"{TESTS}/test_check.py -k clean_books and function",
    ),
    Mutation(
        "the wall not passed by posting",
        f"{POSTING}/sql.py",
        "'top.posting', 'on'",
        "'top.posting', 'off'",
        f"{TESTS}/test_walls.py -k portable",
    ),
    Mutation(
        "silence of a provider taken for a no",
        f"{PAYING}/carrying.py",
        "await _note(database, order, error.doubt)",
        'await _believe(database, order, Told("failed", reason="no"))',
        f"{TESTS}/test_payout_provider.py -k never_comes and sqlite",
    ),
    Mutation(
        "an answer about another payout",
        f"{PAYING}/over_http.py",
        'told.get("id") != order.payout',
        "False",
        f"{TESTS}/test_payout_provider.py -k never_comes and sqlite",
    ),
    Mutation(
        "an answer about another amount",
        f"{PAYING}/over_http.py",
        '(told.get("asset"), told.get("amount")) != (order.money.asset, order.money.minor)',
        "False",
        f"{TESTS}/test_payout_provider.py -k another_amount and sqlite",
    ),
    Mutation(
        "ordered again while two people give it back",
        f"{ACTIONS}/payout_doubts.py",
        "(orders and row.proposal is not None)",
        "False",
        f"{TESTS}/test_payout_provider.py -k two_people and sqlite",
    ),
    Mutation(
        "one person moves what a provider pays",
        "app/features/ledger/desk/moving_payouts.py",
        "if who != BY_HAND and",
        "if False and",
        f"{TESTS}/test_desk_payouts.py -k no_single_person and sqlite",
    ),
    Mutation(
        "yuan taken for credits",
        "app/kit/amount.py",
        "if self.asset != asset:",
        "if False:",
        f"{TESTS}/test_bad_input.py -k nobody_may and sqlite",
    ),
    Mutation(
        "a full disk remembered as a refusal",
        "app/db/writing.py",
        '"disk is full" in str(origin)',
        "False",
        f"{TESTS}/test_disk_full.py -k without_a_page",
    ),
)
