"""The dashboards for Grafana, made with Grafana's own SDK: one over Prometheus, one over the `ops_*` views.

The second one is written twice with the same queries, for Grafana's PostgreSQL data source and for the community's
SQLite plugin (`frser-sqlite-datasource`). `make goldens` writes them beside this file.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grafana_foundation_sdk.builders import barchart, prometheus, stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.runtime import UnknownDataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef

PROMETHEUS, POSTGRESQL, SQLITE = "prometheus", "grafana-postgresql-datasource", "frser-sqlite-datasource"
HEIGHT = 8


@dataclass(frozen=True)
class Graph:
    """What is drawn over time: a title, a query with the legend of its lines, a unit, and what it means."""

    title: str
    expression: str
    legend: str
    unit: str
    says: str


@dataclass(frozen=True)
class Rows:
    """What a query over the views answers: as a table, as one number, or as bars over its first column."""

    title: str
    query: str
    says: str
    shape: str = "table"


NUMBERS = (
    Graph("Database", "min(refundry_database_up)", "up", "bool_yes_no", "Whether every replica can use its database."),
    Graph("In doubt", 'max(refundry_oldest_waiting_seconds{what="doubt"})', "oldest", "s",
          "Age of the oldest refund of which nobody knows whether it was paid."),
    Graph("Dead letters", 'max(refundry_events_waiting{outcome="dead"})', "events", "short",
          "Events that fitted nowhere for 24 hours."),
    Graph("Payouts overdue", "max(refundry_payouts_overdue_seconds)", "longest", "s",
          "How long the first payout that is not sent has been due."),
    Graph("Scheduler silence", "max(refundry_scheduler_silence_seconds)", "longest", "s",
          "Since a scheduler last completed a beat."),
    Graph("Switches on stop", "sum(max by (kind, key) (refundry_switch_stopped))", "switches", "short",
          "Kill switches that hold money back."),
)  # fmt: skip
GRAPHS = (
    Graph("Resources by availability", "sum by (availability) (max without (instance) (refundry_resources))",
          "{{availability}}", "short", "Every resource there is, by what may be asked for now."),
    Graph("Refundable cash", "max by (product, currency) (refundry_refundable_amount_minor_units)",
          "{{product}} {{currency}}", "short", "Cash that may still have to be paid back, in minor units."),
    Graph("Refunds by status", "sum by (status) (max without (instance) (refundry_refunds))", "{{status}}", "short",
          "Every refund there is."),
    Graph("Refund moves per hour",
          "sum by (status) (max without (instance) (increase(refundry_refund_moves_total[1h])))",
          "{{status}}", "short", "Refunds that came to a status."),
    Graph("Refusals per hour", "sum by (reason) (max without (instance) (increase(refundry_refusals_total[1h])))",
          "{{reason}}", "short", "Why requests and events were refused."),
    Graph("Events per second", "sum by (outcome) (rate(refundry_events_total[5m]))", "{{outcome}}", "cps",
          "What became of the events that were told over HTTP."),
    Graph("Waiting", "max by (outcome) (refundry_events_waiting)", "{{outcome}} events", "short",
          "Events that nobody has resolved."),
    Graph("Oldest waiting", "max by (what) (refundry_oldest_waiting_seconds)", "{{what}}", "s",
          "How long the oldest of each kind has waited."),
    Graph("Payouts and deliveries waiting",
          'label_replace(max(refundry_payouts_waiting), "what", "payouts", "", "") or '
          'label_replace(max(refundry_deliveries_waiting), "what", "deliveries", "", "")',
          "{{what}}", "short", "What is still to be sent to providers and subscribers."),
    Graph("Overdue",
          'label_replace(max(refundry_work_overdue_seconds), "what", "work", "", "") or '
          'label_replace(max(refundry_deliveries_overdue_seconds), "what", "deliveries", "", "") or '
          'label_replace(max(refundry_hooks_failing_seconds), "what", "failing hook", "", "")',
          "{{what}}", "s", "How long the first thing that is due has been due."),
    Graph("Batch of events, 95th percentile",
          "histogram_quantile(0.95, sum by (le) (rate(refundry_ingest_batch_duration_seconds_bucket[5m])))",
          "p95", "s", "Time to decide and store the events of one request."),
    Graph("Requests, 95th percentile",
          "histogram_quantile(0.95, sum by (le, route) (rate(refundry_http_request_duration_seconds_bucket[5m])))",
          "{{route}}", "s", "Time to answer, by route."),
    Graph("Failed requests per second",
          'sum by (route, status) (rate(refundry_http_requests_total{status=~"5.."}[5m]))', "{{route}} {{status}}",
          "reqps", "Answers that say that the service or its database failed."),
    Graph("Differences not folded", "max(refundry_tally_differences)", "differences", "short",
          "What is not put into the running sums yet; a fold takes place every ten seconds."),
)  # fmt: skip
VIEWS = (
    Rows("Resources", "SELECT COALESCE(SUM(resources), 0) AS resources FROM ops_resources",
         "Every one there is.", "stat"),
    Rows("In review", "SELECT COUNT(*) AS refunds FROM ops_waiting WHERE what = 'review'",
         "Refunds that wait for a second person.", "stat"),
    Rows("In doubt", "SELECT COUNT(*) AS refunds FROM ops_waiting WHERE what = 'doubt'",
         "Refunds of which nobody knows whether they were paid.", "stat"),
    Rows("Dead letters", "SELECT COUNT(*) AS events FROM ops_waiting WHERE what = 'dead'",
         "Events that fitted nowhere for 24 hours.", "stat"),
    Rows("Cash still refundable, by the last day of its window",
         "SELECT COALESCE(CAST(closes_on AS TEXT), 'claimed') AS closes_on, currency, "
         "SUM(amount_minor) AS amount_minor FROM ops_exposure GROUP BY 1, 2 ORDER BY 1, 2", "In minor units.", "bars"),
    Rows("Refunds by day",
         "SELECT SUBSTR(CAST(since AS TEXT), 1, 10) AS day, status, SUM(refunds) AS refunds "
         "FROM ops_refund_moves GROUP BY 1, 2 ORDER BY 1, 2", "How many came to each status.", "bars"),
    Rows("How much stands where",
         "SELECT product, state, refund_window, availability, currency, resources, cash_minor, amount_minor "
         "FROM ops_resources ORDER BY 1, 2, 3, 4, 5", "As of now, in minor units."),
    Rows("Why was refused",
         "SELECT product, reason, SUM(refusals) AS refusals FROM ops_refusals GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
         "A refusal may have several reasons."),
    Rows("Refunds", "SELECT product, status, currency, refunds, amount_minor FROM ops_refunds ORDER BY 1, 2, 3",
         "Every one there is, in minor units."),
    Rows("Waiting longest", "SELECT what, subject, resource_id, since FROM ops_waiting ORDER BY since LIMIT 50",
         "Reviews, doubts, events, payouts and deliveries; `since` lies ahead for what is put off."),
    Rows("Switches on stop", "SELECT what, name, actor, reason, since FROM ops_switches ORDER BY since",
         "Kill switches that hold money back."),
)  # fmt: skip


class Query:
    """A query in SQL as its data source takes it; the SDK has no model of either."""

    def __init__(self, source: str, query: str) -> None:
        self._source, self._query = source, query

    def build(self) -> UnknownDataquery:
        told: dict[str, Any] = {"refId": "A", "datasource": {"type": self._source, "uid": "${source}"}}
        if self._source == SQLITE:
            return UnknownDataquery(
                told | {"queryText": self._query, "rawQueryText": self._query, "queryType": "table"}
            )
        return UnknownDataquery(
            told | {"rawSql": self._query, "rawQuery": True, "format": "table", "editorMode": "code"}
        )


def dashboards() -> Iterator[tuple[str, str]]:
    """Each dashboard: the name of its file, and its JSON."""
    yield "refundry-prometheus.json", written(over_prometheus())
    yield "refundry-views-postgresql.json", written(over_views(POSTGRESQL))
    yield "refundry-views-sqlite.json", written(over_views(SQLITE))


def written(dashboard: Dashboard) -> str:
    plain = json.loads(json.dumps(dashboard.build(), cls=JSONEncoder))
    return json.dumps(without_nulls(plain), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def without_nulls(value: Any) -> Any:
    """What the SDK leaves unsaid it writes as null, which Grafana would take for a value."""
    if isinstance(value, dict):
        return {name: without_nulls(held) for name, held in value.items() if held is not None}
    return [without_nulls(held) for held in value] if isinstance(value, list) else value


def over_prometheus() -> Dashboard:
    made = begun("refundry-prometheus", "Refundry", PROMETHEUS).refresh("30s")
    for one in NUMBERS:
        made.with_panel(placed(stat.Panel(), one.title, one.says, PROMETHEUS, 4).unit(one.unit).with_target(lines(one)))
    for one in GRAPHS:
        panel = placed(timeseries.Panel(), one.title, one.says, PROMETHEUS, 12).unit(one.unit).min(0)
        made.with_panel(panel.with_target(lines(one)))
    return made


def over_views(source: str) -> Dashboard:
    kind = "PostgreSQL" if source == POSTGRESQL else "SQLite"
    made = begun(f"refundry-views-{kind.lower()}", f"Refundry, from its views ({kind})", source).refresh("1m")
    shapes = {"stat": (stat.Panel, 6), "bars": (barchart.Panel, 12), "table": (table.Panel, 12)}
    for one in VIEWS:
        panel, width = shapes[one.shape]
        made.with_panel(placed(panel(), one.title, one.says, source, width).with_target(Query(source, one.query)))
    return made


def begun(uid: str, title: str, source: str) -> Dashboard:
    """A dashboard whose panels take the data source that is chosen in its one variable."""
    variable = DatasourceVariable("source").label("Data source").type(source)
    made = Dashboard(title).uid(uid).tags(["refundry"]).timezone("utc").readonly().time("now-24h", "now")
    return made.with_variable(variable)


def placed(panel: Any, title: str, says: str, source: str, width: int) -> Any:
    chosen = DataSourceRef(type_val=source, uid="${source}")
    return panel.title(title).description(says).datasource(chosen).span(width).height(4 if width < 12 else HEIGHT)


def lines(one: Graph) -> prometheus.Dataquery:
    return prometheus.Dataquery().ref_id("A").expr(one.expression).legend_format(one.legend)
