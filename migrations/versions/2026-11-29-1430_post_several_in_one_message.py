"""post several in one message: one call books the purchases that wait at the same moment.

Revision ID: 7c20e9b5a4d8
Revises: e2f6b83c5d17
"""

import runpy
from pathlib import Path

from alembic import op

revision = "7c20e9b5a4d8"
down_revision = "e2f6b83c5d17"
branch_labels = None
depends_on = None

# app/features/ledger/posting/portable.py is the reference for every step; tests compare the two. Requests
# come in the order of their keys, and all accounts of all of them are locked at once, by id: so two calls
# never wait for each other. What one request did to an account is where the next one begins. Alone, all are
# posted or none: then each that something speaks against is blamed, as if none of those had been asked for.
# The limit on waiting for locks stays for what follows, as rows beside may wait too. Alone it is shorter:
# others wait with whoever waits, and all of them can go the longer way.
_POST = """
CREATE FUNCTION ledger_post(
    p_transfer bigint, p_requests json,
    p_kinds smallint[], p_owners bigint[], p_assets text[], p_shards smallint[],
    p_floors bigint[], p_ceilings bigint[],
    p_moves int[], p_amounts bigint[], p_starts int[], p_places int[],
    p_parts int[], p_taking int[], p_passes_freeze boolean[],
    p_hold_requests int[], p_hold_places int[], p_hold_amounts bigint[], p_hold_days smallint[],
    p_hold_reasons text[], p_leaving_more int[], p_alone boolean,
    OUT outcome text, OUT transfers bigint[], OUT at timestamptz, OUT blamed int,
    OUT leg_requests int[], OUT leg_places int[], OUT leg_amounts bigint[], OUT leg_balances bigint[]
) LANGUAGE plpgsql
  SET top.posting = 'on' SET plan_cache_mode = 'force_generic_plan' AS $$
DECLARE
    n int := cardinality(p_kinds);
    many int := cardinality(p_moves) - 1;
    ids bigint[]; balances bigint[]; changes bigint[]; seqs bigint[]; reached bigint[];
    floors bigint[] := p_floors; ceilings bigint[] := p_ceilings; blocks text[];
    legs bigint[]; leg_ids bigint[]; leg_seqs bigint[]; leg_numbers int[];
    before bigint[]; wrong int[] := '{}';
    found int := 0; rest bigint; part bigint; i int; j int; k int; m int; leg int; one record;
BEGIN
    PERFORM set_config('lock_timeout', CASE WHEN p_alone THEN '100ms' ELSE '2s' END, true);
    at := now();
    IF p_transfer IS NOT NULL THEN
        transfers := ARRAY[p_transfer];
    ELSE
        WITH claimed AS (
            INSERT INTO ledger_transfers (public_id, scope, idem_key, request_hash, state, kind, reverses_id,
                                          cause_kind, cause_id, actor_id, content, created_at)
            SELECT r.public_id, r.scope, r.key, r.hash, 'posted', r.kind, r.reverses,
                   r.cause_kind, r.cause_id, r.actor, r.content::json, at
            FROM json_to_recordset(p_requests) AS r(
                public_id text, scope text, key text, hash text, kind smallint, reverses bigint,
                cause_kind text, cause_id text, actor bigint, content text)
            ON CONFLICT (scope, idem_key) DO NOTHING RETURNING id
        )
        SELECT array_agg(id ORDER BY id) INTO transfers FROM claimed;  -- given in the order of the requests
        IF transfers IS NULL OR cardinality(transfers) < many THEN
            IF p_alone THEN
                SELECT array_agg(r.place) INTO wrong
                FROM json_to_recordset(p_requests) AS r(place int, public_id text)
                LEFT JOIN ledger_transfers t ON t.id = ANY (transfers) AND t.public_id = r.public_id
                WHERE t.id IS NULL;
                PERFORM ledger_undo('stored', wrong);
            END IF;
            outcome := 'stored';
            RETURN;
        END IF;
    END IF;

    changes := array_fill(0::bigint, ARRAY[n]);
    ids := changes; balances := changes; seqs := changes;
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
        EXIT WHEN found = n OR p_alone;  -- one never used may not be needed, or is for the longer way to make
        INSERT INTO ledger_accounts (kind, owner_id, company_id, asset, shard, floor, ceiling, balance, seq)
        SELECT w.kind, w.owner_id, nullif(w.owner_id, 0), w.asset, w.shard, w.floor, w.ceiling, 0, 0
        FROM unnest(p_kinds, p_owners, p_assets, p_shards, p_floors, p_ceilings)
                 AS w(kind, owner_id, asset, shard, floor, ceiling)
        ORDER BY w.kind, w.owner_id, w.asset, w.shard
        ON CONFLICT DO NOTHING;
    END LOOP;

    reached := seqs;
    legs := '{}'; leg_ids := legs; leg_seqs := legs; leg_amounts := legs; leg_balances := legs;
    leg_numbers := '{}'; leg_requests := leg_numbers; leg_places := leg_numbers;
    FOR j IN 1..many LOOP
        before := balances;
        FOR m IN p_moves[j]..p_moves[j + 1] - 1 LOOP
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

        leg := 0;
        outcome := NULL;
        FOR k IN p_parts[j]..p_parts[j + 1] - 1 LOOP
            i := p_taking[k];
            CONTINUE WHEN changes[i] = 0;
            outcome := CASE
                WHEN ids[i] = 0 THEN 'more'
                WHEN blocks[i] = 'closed' THEN 'closed'
                WHEN changes[i] < 0 AND blocks[i] = 'frozen' AND NOT p_passes_freeze[j] THEN 'frozen'
                WHEN balances[i] < floors[i] THEN 'insufficient'
                WHEN balances[i] > ceilings[i] THEN 'ceiling'
                WHEN abs(balances[i]) > 9000000000000000 OR abs(changes[i]) > 1000000000000 THEN 'limit'
                WHEN p_alone AND i = ANY (p_leaving_more) THEN 'more' END;
            IF outcome IS NOT NULL AND NOT p_alone THEN
                blamed := i;
                RETURN;
            END IF;
            EXIT WHEN outcome IS NOT NULL;
            leg := leg + 1;
            reached[i] := reached[i] + 1;
            legs := legs || transfers[j];
            leg_numbers := leg_numbers || leg;
            leg_ids := leg_ids || ids[i];
            leg_seqs := leg_seqs || reached[i];
            leg_requests := leg_requests || j;
            leg_places := leg_places || i;
            leg_amounts := leg_amounts || changes[i];
            leg_balances := leg_balances || balances[i];
            changes[i] := 0;
        END LOOP;
        IF p_alone AND (outcome IS NOT NULL OR leg < 2) THEN  -- less than two: no transfer at all
            wrong := wrong || j;
            balances := before;
            changes := array_fill(0::bigint, ARRAY[n]);
        END IF;
    END LOOP;
    IF wrong <> '{}' THEN
        PERFORM ledger_undo('refused', wrong);
    END IF;

    WITH changed AS (
        UPDATE ledger_accounts a SET balance = d.balance, seq = d.reached
        FROM unnest(ids, balances, seqs, reached) AS d(id, balance, seq, reached)
        WHERE a.id = d.id AND a.seq = d.seq AND d.reached > d.seq
        RETURNING a.id
    )
    INSERT INTO ledger_entries (transfer_id, leg, account_id, account_seq, amount, balance_after)
    SELECT l.transfer, l.leg, l.account, l.seq, l.amount, l.balance
    FROM unnest(legs, leg_numbers, leg_ids, leg_seqs, leg_amounts, leg_balances)
             AS l(transfer, leg, account, seq, amount, balance)
    JOIN changed c ON c.id = l.account;
    GET DIAGNOSTICS k = ROW_COUNT;
    IF k <> cardinality(legs) THEN
        RAISE EXCEPTION 'an account of the ledger changed under its lock';
    END IF;
    IF p_hold_places <> '{}' THEN
        INSERT INTO ledger_holds (transfer_id, account_id, amount, released, returned, refunded, days,
                                  release_at, state, reason)
        SELECT transfers[h.request], ids[h.place], h.amount, 0, 0, 0, h.days,
               at + h.days * interval '24 hours', 'open', h.reason
        FROM unnest(p_hold_requests, p_hold_places, p_hold_amounts, p_hold_days, p_hold_reasons)
                 AS h(request, place, amount, days, reason);
    END IF;
    outcome := 'posted';
END $$
"""


# What a transaction of one statement ends with when it must leave nothing behind. It tells the places of all
# that are to blame.
_UNDO = """
CREATE FUNCTION ledger_undo(p_outcome text, p_blamed int[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', p_outcome USING ERRCODE = 'TL001', DETAIL = array_to_string(p_blamed, ',');
END $$
"""


def upgrade() -> None:
    _have(_UNDO, _POST)


def downgrade() -> None:
    before = runpy.run_path(str(Path(__file__).with_name("2026-11-29-1150_post_in_one_message.py")))
    _have(before["_UNDO"], before["_POST"])


def _have(*functions: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in ("ledger_post", "ledger_undo"):
        op.execute(f"DROP FUNCTION {name}")
    for function in functions:
        op.execute(function.replace(":", r"\:"))
