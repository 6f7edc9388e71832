"""Views for other dashboards: `ops_*`, the same columns on both databases. Amounts are minor units, instants UTC."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

#: What the two databases write differently.
NOW = {
    "sqlite": "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')",
    "postgresql": "CURRENT_TIMESTAMP",
}
LAST_DAY = {
    "sqlite": "date(hour, '-1 second')",
    "postgresql": "CAST((hour AT TIME ZONE 'UTC') - interval '1 microsecond' AS date)",
}

VIEWS = {
    "ops_tally": """
        SELECT kind, product, state, currency, before_deadline, from_deadline, claimed, hour,
               CAST(SUM(number) AS BIGINT) AS number, CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
               CAST(SUM(before_minor) AS BIGINT) AS before_minor, CAST(SUM(from_minor) AS BIGINT) AS from_minor
        FROM (SELECT kind, product, state, currency, before_deadline, from_deadline, claimed, hour,
                     number, amount_minor, before_minor, from_minor FROM tally
              UNION ALL
              SELECT kind, product, state, currency, before_deadline, from_deadline, claimed, hour,
                     number, amount_minor, before_minor, from_minor FROM tally_delta) AS both_of_them
        GROUP BY kind, product, state, currency, before_deadline, from_deadline, claimed, hour
        HAVING SUM(number) <> 0 OR SUM(amount_minor) <> 0 OR SUM(before_minor) <> 0 OR SUM(from_minor) <> 0
    """,
    "ops_resources": """
        SELECT product, state, currency,
               CASE WHEN claimed THEN 'claimed' WHEN hour > {now} THEN 'open' ELSE 'closed' END AS refund_window,
               CASE WHEN hour > {now} THEN before_deadline ELSE from_deadline END AS availability,
               CAST(SUM(number) AS BIGINT) AS resources, CAST(SUM(amount_minor) AS BIGINT) AS cash_minor,
               CAST(SUM(CASE WHEN hour > {now} THEN before_minor ELSE from_minor END) AS BIGINT) AS amount_minor
        FROM ops_tally WHERE kind = 'resources' GROUP BY 1, 2, 3, 4, 5
    """,
    "ops_exposure": """
        SELECT CASE WHEN claimed THEN NULL ELSE {last_day} END AS closes_on, product, currency,
               CAST(SUM(number) AS BIGINT) AS resources,
               CAST(SUM(CASE WHEN hour > {now} THEN before_minor ELSE from_minor END) AS BIGINT) AS amount_minor
        FROM ops_tally
        WHERE kind = 'resources' AND (claimed OR hour > {now})
          AND CASE WHEN hour > {now} THEN before_deadline ELSE from_deadline END
              IN ('available', 'action_required', 'review_required')
        GROUP BY 1, 2, 3
    """,
    "ops_refunds": """
        SELECT product, state AS status, currency, number AS refunds, amount_minor
        FROM ops_tally WHERE kind = 'refunds'
    """,
    "ops_refund_moves": """
        SELECT hour AS since, product, state AS status, currency, number AS refunds, amount_minor
        FROM ops_tally WHERE kind = 'refund_moves'
    """,
    "ops_refusals": """
        SELECT hour AS since, product, state AS reason, number AS refusals
        FROM ops_tally WHERE kind = 'refusals'
    """,
    "ops_waiting": """
        SELECT 'review' AS what, id AS subject, resource_id, requested_at AS since
        FROM refund WHERE status = 'in_review'
        UNION ALL
        SELECT 'doubt', id, resource_id, requested_at FROM refund WHERE status = 'in_doubt'
        UNION ALL
        SELECT 'parked', event_id, subject, arrived_at FROM inbox WHERE outcome = 'parked'
        UNION ALL
        SELECT 'dead', event_id, subject, arrived_at FROM inbox WHERE outcome = 'dead'
    """,
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    dead = sa.text("outcome = 'dead'")
    op.create_index("inbox_dead", "inbox", ["arrived_at"], sqlite_where=dead, postgresql_where=dead)
    for name, query in VIEWS.items():
        written = query.format(now=NOW[dialect], last_day=LAST_DAY[dialect])
        op.execute(f"CREATE VIEW {name} AS {written}")
