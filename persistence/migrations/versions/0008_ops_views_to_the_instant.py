"""The `ops_*` views count windows that close within the running hour, show no row of nothing, and say more of queues."""

from alembic import op

revision = "0008"
down_revision = "0007"

#: What the two databases write differently; `since` and `until` are the ends of the hour under way.
NOW = {
    "sqlite": "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')",
    "postgresql": "CURRENT_TIMESTAMP",
}
SINCE = {
    "sqlite": "strftime('%Y-%m-%d %H:00:00.000000', 'now')",
    "postgresql": "date_trunc('hour', CURRENT_TIMESTAMP, 'UTC')",
}
UNTIL = {
    "sqlite": "strftime('%Y-%m-%d %H:00:00.000000', 'now', '+1 hour')",
    "postgresql": "date_trunc('hour', CURRENT_TIMESTAMP, 'UTC') + interval '1 hour'",
}
OVER = {
    "sqlite": "'1970-01-01 00:00:00.000000'",
    "postgresql": "TIMESTAMPTZ '1970-01-01 00:00:00Z'",
}
LAST_DAY = {
    "sqlite": "date(hour, '-1 second')",
    "postgresql": "CAST((hour AT TIME ZONE 'UTC') - interval '1 microsecond' AS date)",
}

#: In the order in which they are made; one may stand on those before it.
VIEWS = {
    "ops_standing": """
        SELECT product, state, currency, before_deadline, from_deadline, claimed, hour,
               CAST(SUM(number) AS BIGINT) AS number, CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
               CAST(SUM(before_minor) AS BIGINT) AS before_minor, CAST(SUM(from_minor) AS BIGINT) AS from_minor
        FROM (SELECT product, state, currency, before_deadline, from_deadline, claimed, hour,
                     number, amount_minor, before_minor, from_minor FROM ops_tally WHERE kind = 'resources'
              UNION ALL
              SELECT product, state, currency, before_deadline, from_deadline, claimed_at IS NOT NULL, {until},
                     -1, -cash_minor, -before_minor, -from_minor
              FROM resource WHERE deadline_at > {since} AND deadline_at <= {now}
              UNION ALL
              SELECT product, state, currency, before_deadline, from_deadline, claimed_at IS NOT NULL, {over},
                     1, cash_minor, before_minor, from_minor
              FROM resource WHERE deadline_at > {since} AND deadline_at <= {now}) AS all_of_them
        GROUP BY product, state, currency, before_deadline, from_deadline, claimed, hour
        HAVING SUM(number) <> 0 OR SUM(amount_minor) <> 0 OR SUM(before_minor) <> 0 OR SUM(from_minor) <> 0
    """,
    "ops_resources": """
        SELECT product, state, currency,
               CASE WHEN claimed THEN 'claimed' WHEN hour > {now} THEN 'open' ELSE 'closed' END AS refund_window,
               CASE WHEN hour > {now} THEN before_deadline ELSE from_deadline END AS availability,
               CAST(SUM(number) AS BIGINT) AS resources, CAST(SUM(amount_minor) AS BIGINT) AS cash_minor,
               CAST(SUM(CASE WHEN hour > {now} THEN before_minor ELSE from_minor END) AS BIGINT) AS amount_minor
        FROM ops_standing GROUP BY 1, 2, 3, 4, 5 HAVING SUM(number) <> 0
    """,
    "ops_exposure": """
        SELECT CASE WHEN claimed THEN NULL ELSE {last_day} END AS closes_on, product, currency,
               CAST(SUM(number) AS BIGINT) AS resources,
               CAST(SUM(CASE WHEN hour > {now} THEN before_minor ELSE from_minor END) AS BIGINT) AS amount_minor
        FROM ops_standing
        WHERE (claimed OR hour > {now})
          AND CASE WHEN hour > {now} THEN before_deadline ELSE from_deadline END
              IN ('available', 'action_required', 'review_required')
        GROUP BY 1, 2, 3 HAVING SUM(number) <> 0
    """,
    "ops_waiting": """
        SELECT 'review' AS what, id AS subject, resource_id, requested_at AS since
        FROM refund WHERE status = 'in_review'
        UNION ALL
        SELECT 'doubt', id, resource_id,
               COALESCE((SELECT MAX(started_at) FROM attempt WHERE refund_id = refund.id AND kind = 'send'),
                        requested_at)
        FROM refund WHERE status = 'in_doubt'
        UNION ALL
        SELECT 'parked', event_id, subject, arrived_at FROM inbox WHERE outcome = 'parked'
        UNION ALL
        SELECT 'dead', event_id, subject, arrived_at FROM inbox WHERE outcome = 'dead'
        UNION ALL
        SELECT 'payout', CAST(id AS TEXT), resource_id, due_at FROM outbox WHERE kind = 'pay' AND done_at IS NULL
        UNION ALL
        SELECT 'delivery', id, resource_id, due_at FROM hook_delivery WHERE status = 'waiting'
    """,
    "ops_switches": """
        SELECT kind AS what, key AS name, actor, reason, changed_at AS since
        FROM switch_change WHERE stopped AND id IN (SELECT MAX(id) FROM switch_change GROUP BY kind, key)
    """,
}
MADE_BEFORE = ("ops_resources", "ops_exposure", "ops_waiting")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    written = {"now": NOW, "since": SINCE, "until": UNTIL, "over": OVER, "last_day": LAST_DAY}
    for name in MADE_BEFORE:
        op.execute(f"DROP VIEW {name}")
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query.format(**{word: by[dialect] for word, by in written.items()})}")
