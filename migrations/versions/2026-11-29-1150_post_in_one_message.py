"""post in one message: a lighter posting function, whose statement may be the whole transaction.

Revision ID: e61b07f4c2a9
Revises: d4a6e2b7f193
"""

import runpy
from pathlib import Path

from alembic import op

from app.db.walls import OF_COMPANY, raise_wall

revision = "e61b07f4c2a9"
down_revision = "d4a6e2b7f193"
branch_labels = None
depends_on = None

# All legs of a transfer come in one INSERT, numbered from 1: what it added must balance by itself, and none
# can be added later. It finds what they point at, too: transfers and accounts are never deleted and keep
# their ids, so that looking once is what a foreign key would do, for all legs together.
_BALANCED = """
CREATE OR REPLACE FUNCTION ledger_refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong bigint; of_many boolean;
BEGIN
    SELECT max(s.transfer_id) FILTER (WHERE s.wrong), bool_or(s.of_many) INTO wrong, of_many
    FROM (
        SELECT added.transfer_id, min(a.asset) <> max(a.asset) AS of_many,
               count(*) NOT BETWEEN 2 AND 32 OR max(added.leg) <> count(*)
               OR count(DISTINCT a.id) <> count(*) OR min(t.state) IS DISTINCT FROM 'posted'
               OR sum(added.amount) <> 0 AND min(a.asset) = max(a.asset) AS wrong
        FROM added
        LEFT JOIN ledger_transfers t ON t.id = added.transfer_id
        LEFT JOIN ledger_accounts a ON a.id = added.account_id
        GROUP BY added.transfer_id
    ) AS s;
    IF wrong IS NULL AND of_many THEN
        SELECT added.transfer_id INTO wrong
        FROM added JOIN ledger_accounts a ON a.id = added.account_id
        GROUP BY added.transfer_id, a.asset
        HAVING sum(added.amount) <> 0
        LIMIT 1;
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'ledger transfer % does not balance', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""

# app/features/ledger/posting/portable.py is the reference for every step; tests compare the two.
_POST = """
CREATE FUNCTION ledger_post(
    p_transfer bigint, p_public_id text, p_scope text, p_key text, p_hash text, p_kind smallint,
    p_reverses bigint, p_cause_kind text, p_cause_id text, p_actor bigint, p_content json,
    p_kinds smallint[], p_owners bigint[], p_assets text[], p_shards smallint[],
    p_floors bigint[], p_ceilings bigint[],
    p_amounts bigint[], p_starts int[], p_places int[], p_passes_freeze boolean,
    p_hold_places int[], p_hold_amounts bigint[], p_hold_days smallint[], p_hold_reasons text[],
    p_leaving_more int[], p_alone boolean,
    OUT outcome text, OUT transfer bigint, OUT at timestamptz, OUT blamed int,
    OUT changes bigint[], OUT balances bigint[]
) LANGUAGE plpgsql
  SET lock_timeout = '2s' SET top.posting = 'on' SET plan_cache_mode = 'force_generic_plan' AS $$
DECLARE
    n int := cardinality(p_kinds);
    ids bigint[]; seqs bigint[]; floors bigint[]; ceilings bigint[]; blocks text[];
    moved bigint[]; moved_ids bigint[]; moved_seqs bigint[];
    found int := 0; rest bigint; part bigint; i int; k int; m int; one record;
BEGIN
    transfer := p_transfer;
    at := now();
    IF transfer IS NULL THEN
        INSERT INTO ledger_transfers (public_id, scope, idem_key, request_hash, state, kind, reverses_id,
                                      cause_kind, cause_id, actor_id, content, created_at)
        VALUES (p_public_id, p_scope, p_key, p_hash, 'posted', p_kind, p_reverses,
                p_cause_kind, p_cause_id, p_actor, p_content, at)
        ON CONFLICT (scope, idem_key) DO NOTHING RETURNING id INTO transfer;
        IF transfer IS NULL THEN
            outcome := 'stored';
            RETURN;
        END IF;
    END IF;

    changes := array_fill(0::bigint, ARRAY[n]);
    ids := changes; balances := changes; seqs := changes; floors := changes; ceilings := changes;
    blocks := array_fill(''::text, ARRAY[n]);
    FOR m IN 1..2 LOOP
        FOR one IN
            SELECT w.place, a.id, a.balance, a.seq, a.floor, a.ceiling,
                   CASE WHEN a.closed_at IS NOT NULL THEN 'closed'
                        WHEN a.frozen_until > at THEN 'frozen' ELSE '' END AS block
            FROM unnest(p_kinds, p_owners, p_assets, p_shards)
                     WITH ORDINALITY AS w(kind, owner_id, asset, shard, place)
            JOIN ledger_accounts a ON a.kind = w.kind AND a.owner_id = w.owner_id
                                  AND a.asset = w.asset AND a.shard = w.shard
            WHERE m = 2 OR p_alone OR n = (
                SELECT count(*)
                FROM unnest(p_kinds, p_owners, p_assets, p_shards) AS v(kind, owner_id, asset, shard)
                JOIN ledger_accounts b ON b.kind = v.kind AND b.owner_id = v.owner_id
                                      AND b.asset = v.asset AND b.shard = v.shard)
            ORDER BY a.id
            FOR NO KEY UPDATE OF a
        LOOP
            found := found + 1;
            i := one.place;
            ids[i] := one.id; balances[i] := one.balance; seqs[i] := one.seq;
            floors[i] := one.floor; ceilings[i] := one.ceiling; blocks[i] := one.block;
        END LOOP;
        EXIT WHEN found = n;
        IF p_alone THEN
            PERFORM ledger_undo('more');  -- accounts to be made, and locks on some to be given back first
        END IF;
        INSERT INTO ledger_accounts (kind, owner_id, company_id, asset, shard, floor, ceiling, balance, seq)
        SELECT w.kind, w.owner_id, nullif(w.owner_id, 0), w.asset, w.shard, w.floor, w.ceiling, 0, 0
        FROM unnest(p_kinds, p_owners, p_assets, p_shards, p_floors, p_ceilings)
                 AS w(kind, owner_id, asset, shard, floor, ceiling)
        ORDER BY w.kind, w.owner_id, w.asset, w.shard
        ON CONFLICT DO NOTHING;
    END LOOP;

    FOR m IN 1..cardinality(p_amounts) LOOP
        rest := p_amounts[m];
        FOR k IN p_starts[m]..p_starts[m + 1] - 1 LOOP
            i := p_places[k];
            IF k = p_starts[m + 1] - 1 THEN
                part := rest;
            ELSIF rest < 0 THEN
                part := CASE WHEN floors[i] IS NULL THEN rest
                             ELSE -least(-rest, greatest(balances[i] - floors[i], 0)) END;
            ELSE
                part := CASE WHEN ceilings[i] IS NULL THEN rest
                             ELSE least(rest, greatest(ceilings[i] - balances[i], 0)) END;
            END IF;
            balances[i] := balances[i] + part;
            changes[i] := changes[i] + part;
            rest := rest - part;
        END LOOP;
    END LOOP;

    FOR i IN 1..n LOOP
        CONTINUE WHEN changes[i] = 0;
        outcome := CASE
            WHEN blocks[i] = 'closed' THEN 'closed'
            WHEN changes[i] < 0 AND blocks[i] = 'frozen' AND NOT p_passes_freeze THEN 'frozen'
            WHEN balances[i] < floors[i] THEN 'insufficient'
            WHEN balances[i] > ceilings[i] THEN 'ceiling'
            WHEN abs(balances[i]) > 9000000000000000 OR abs(changes[i]) > 1000000000000 THEN 'limit'
            WHEN i = ANY (p_leaving_more) THEN 'more' END;
        IF outcome IS NOT NULL THEN
            blamed := i;
            IF p_alone THEN
                PERFORM ledger_undo(outcome, blamed);
            END IF;
            RETURN;
        END IF;
        moved := moved || changes[i];
        moved_ids := moved_ids || ids[i];
        moved_seqs := moved_seqs || seqs[i];
    END LOOP;

    WITH changed AS (
        UPDATE ledger_accounts a SET balance = a.balance + d.change, seq = a.seq + 1
        FROM unnest(moved_ids, moved, moved_seqs) WITH ORDINALITY AS d(id, change, seq, leg)
        WHERE a.id = d.id AND a.seq = d.seq
        RETURNING a.id, a.seq, a.balance, d.change, d.leg
    )
    INSERT INTO ledger_entries (transfer_id, leg, account_id, account_seq, amount, balance_after)
    SELECT transfer, c.leg, c.id, c.seq, c.change, c.balance FROM changed AS c;
    GET DIAGNOSTICS k = ROW_COUNT;
    IF k <> cardinality(moved) THEN
        RAISE EXCEPTION 'an account of the ledger changed under its lock';
    END IF;
    IF p_hold_places <> '{}' THEN
        INSERT INTO ledger_holds (transfer_id, account_id, amount, released, returned, refunded, days,
                                  release_at, state, reason)
        SELECT transfer, ids[h.place], h.amount, 0, 0, 0, h.days,
               at + h.days * interval '24 hours', 'open', h.reason
        FROM unnest(p_hold_places, p_hold_amounts, p_hold_days, p_hold_reasons)
                 AS h(place, amount, days, reason);
    END IF;
    outcome := 'posted';
END $$
"""

# What a transaction of one statement ends with when it must leave nothing behind.
_UNDO = """
CREATE FUNCTION ledger_undo(p_outcome text, p_blamed int DEFAULT 0) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', p_outcome USING ERRCODE = 'TL001', DETAIL = p_blamed;
END $$
"""
# Asked once for each row: the few that a posting touches cost less than preparing to ask once for all.
_WALL = """
CREATE POLICY own_company ON ledger_accounts USING (
    current_setting('top.posting', true) = 'on'
    OR current_setting('top.actor', true) IN ('system', 'staff')
    OR current_setting('top.actor', true) = 'member'
       AND company_id = nullif(current_setting('top.company', true), '')::bigint)
"""
_IDENTITY = "kind, owner_id, company_id, asset, shard"
_KEEP = "FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep_account()"
_TARGETS = {"account_id": "ledger_accounts", "transfer_id": "ledger_transfers"}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP FUNCTION ledger_post")
    for function in (_BALANCED, _UNDO, _POST):
        op.execute(function.replace(":", r"\:"))
    for policy in ("own_company", "posting"):
        op.execute(f"DROP POLICY {policy} ON ledger_accounts")
    op.execute(_WALL.replace(":", r"\:"))
    op.execute("DROP TRIGGER same ON ledger_accounts")
    op.execute(f"CREATE TRIGGER same BEFORE UPDATE OF id, {_IDENTITY} ON ledger_accounts {_KEEP}")
    for column, table in _TARGETS.items():
        op.drop_constraint(f"fk_ledger_entries_{column}_{table}", "ledger_entries")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    guards, walls, posting = (
        runpy.run_path(str(Path(__file__).with_name(f"2026-11-29-{name}.py")))
        for name in ("0428_guard_ledger", "0429_wall_ledger", "0430_add_ledger_posting")
    )
    op.execute("DROP POLICY own_company ON ledger_accounts")
    raise_wall("ledger_accounts", own=OF_COMPANY, staff=True)
    op.execute(f"CREATE POLICY posting ON ledger_accounts USING ({walls['_POSTING']})")
    for column, table in _TARGETS.items():
        name = f"fk_ledger_entries_{column}_{table}"
        op.create_foreign_key(name, "ledger_entries", table, [column], ["id"])
    op.execute("DROP TRIGGER same ON ledger_accounts")
    op.execute(f"CREATE TRIGGER same BEFORE UPDATE OF {_IDENTITY} ON ledger_accounts {_KEEP}")
    for function in ("ledger_post", "ledger_undo"):
        op.execute(f"DROP FUNCTION {function}")
    balanced = guards["_FUNCTIONS"][1].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    for function in (balanced, posting["_POST"]):
        op.execute(function.replace(":", r"\:"))
    op.execute("ALTER FUNCTION ledger_post SET plan_cache_mode = 'force_generic_plan'")
