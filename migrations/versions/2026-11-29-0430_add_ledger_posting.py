"""add ledger posting: the server function, one round trip for a whole transfer.

Revision ID: c45d08e7b3fa
Revises: 90b3d6fe1a75
"""

from alembic import op

revision = "c45d08e7b3fa"
down_revision = "90b3d6fe1a75"
branch_labels = None
depends_on = None

# app/features/ledger/posting/portable.py is the reference for every step; tests compare the two.
_POST = """
CREATE FUNCTION ledger_post(
    p_transfer bigint, p_public_id text, p_scope text, p_key text, p_hash text, p_kind smallint,
    p_reverses bigint, p_cause_kind text, p_cause_id text, p_actor bigint, p_content json,
    p_kinds smallint[], p_owners bigint[], p_assets text[], p_shards smallint[],
    p_floors bigint[], p_ceilings bigint[],
    p_amounts bigint[], p_starts int[], p_places int[], p_passes_freeze boolean,
    p_hold_places int[], p_hold_amounts bigint[], p_hold_days smallint[], p_hold_reasons text[],
    OUT outcome text, OUT transfer bigint, OUT at timestamptz, OUT blamed int,
    OUT changes bigint[], OUT balances bigint[]
) LANGUAGE plpgsql SET lock_timeout = '2s' SET top.posting = 'on' AS $$
DECLARE
    n int := cardinality(p_kinds);
    ids bigint[]; seqs bigint[]; floors bigint[]; ceilings bigint[]; frozen boolean[]; closed boolean[];
    rest bigint; part bigint; i int; k int; m int;
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

    FOR m IN 1..2 LOOP
        SELECT array_agg(l.id ORDER BY l.place), array_agg(l.balance ORDER BY l.place),
               array_agg(l.seq ORDER BY l.place), array_agg(l.floor ORDER BY l.place),
               array_agg(l.ceiling ORDER BY l.place),
               array_agg(coalesce(l.frozen_until > at, false) ORDER BY l.place),
               array_agg(l.closed_at IS NOT NULL ORDER BY l.place)
        INTO ids, balances, seqs, floors, ceilings, frozen, closed
        FROM (
            SELECT w.place, a.*
            FROM unnest(p_kinds, p_owners, p_assets, p_shards)
                     WITH ORDINALITY AS w(kind, owner_id, asset, shard, place)
            JOIN ledger_accounts a ON a.kind = w.kind AND a.owner_id = w.owner_id
                                  AND a.asset = w.asset AND a.shard = w.shard
            WHERE m = 2 OR n = (
                SELECT count(*)
                FROM unnest(p_kinds, p_owners, p_assets, p_shards) AS v(kind, owner_id, asset, shard)
                JOIN ledger_accounts b ON b.kind = v.kind AND b.owner_id = v.owner_id
                                      AND b.asset = v.asset AND b.shard = v.shard)
            ORDER BY a.id
            FOR NO KEY UPDATE OF a
        ) AS l;
        EXIT WHEN ids IS NOT NULL;
        INSERT INTO ledger_accounts (kind, owner_id, company_id, asset, shard, floor, ceiling, balance, seq)
        SELECT w.kind, w.owner_id, nullif(w.owner_id, 0), w.asset, w.shard, w.floor, w.ceiling, 0, 0
        FROM unnest(p_kinds, p_owners, p_assets, p_shards, p_floors, p_ceilings)
                 AS w(kind, owner_id, asset, shard, floor, ceiling)
        ORDER BY w.kind, w.owner_id, w.asset, w.shard
        ON CONFLICT DO NOTHING;
    END LOOP;

    changes := array_fill(0::bigint, ARRAY[n]);
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
            WHEN closed[i] THEN 'closed'
            WHEN changes[i] < 0 AND frozen[i] AND NOT p_passes_freeze THEN 'frozen'
            WHEN balances[i] < floors[i] THEN 'insufficient'
            WHEN balances[i] > ceilings[i] THEN 'ceiling'
            WHEN abs(balances[i]) > 9000000000000000 OR abs(changes[i]) > 1000000000000 THEN 'limit' END;
        IF outcome IS NOT NULL THEN
            blamed := i;
            RETURN;
        END IF;
    END LOOP;

    UPDATE ledger_accounts a SET balance = a.balance + d.change, seq = a.seq + 1
    FROM unnest(ids, changes, seqs) AS d(id, change, seq)
    WHERE a.id = d.id AND a.seq = d.seq AND d.change <> 0;
    GET DIAGNOSTICS k = ROW_COUNT;
    IF k <> cardinality(array_remove(changes, 0)) THEN
        RAISE EXCEPTION 'an account of the ledger changed under its lock';
    END IF;
    INSERT INTO ledger_entries (transfer_id, leg, account_id, account_seq, amount, balance_after)
    SELECT transfer, row_number() OVER (ORDER BY d.place), d.id, d.seq + 1, d.change, d.balance
    FROM unnest(ids, seqs, changes, balances) WITH ORDINALITY AS d(id, seq, change, balance, place)
    WHERE d.change <> 0;
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


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POST.replace(":", r"\:"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_post")
