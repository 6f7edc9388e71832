"""How often each event led from one state to another, by the day for all that is past; payments of each product."""

from alembic import op

revision = "0015"
down_revision = "0014"

DAY = {
    "sqlite": "substr(history.recorded_at, 1, 10) || ' 00:00:00.000000'",
    "postgresql": "date_trunc('day', history.recorded_at, 'UTC')",
}


def upgrade() -> None:
    op.create_index("resource_by_product_payment", "resource", ["product", "paid_at"])
    day = DAY[op.get_bind().dialect.name]
    op.execute(
        f"""
        INSERT INTO tally (kind, product, state, currency, before_deadline, from_deadline, claimed, hour,
                           number, amount_minor, before_minor, from_minor)
        SELECT 'moves', resource.product,
               history.event || ' ' || COALESCE(history.from_state, '') || ' ' || history.to_state,
               '', '', '', FALSE, {day}, COUNT(*), 0, 0, 0
        FROM history JOIN resource ON resource.id = history.resource_id
        WHERE history.outcome = 'applied'
        GROUP BY 2, 3, 8
        """
    )
