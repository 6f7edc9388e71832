"""The vital signs as Prometheus' families of metrics."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from service.reports import is_refundable
from service.vitals import Vitals

Sums = Mapping[tuple[str, ...], float]
IN_MINOR_UNITS = "in the currency's minor units (cents of USD, whole JPY)"


def families(found: Vitals) -> Iterator[Metric]:
    """Every metric that the database answers."""
    yield from _resources(found)
    yield from _refunds(found)
    yield from _queues(found)
    yield from _hooks(found)
    yield from _operations(found)


def _resources(found: Vitals) -> Iterator[Metric]:
    number: Counter[tuple[str, ...]] = Counter()
    refundable: dict[tuple[str, ...], float] = defaultdict(int)
    for one in found.stock:
        number[one.product, one.state, one.window, one.availability] += one.count
        refundable[one.product, one.currency] += one.amount_minor if is_refundable(one) else 0
    labels = ["product", "state", "window", "availability"]
    yield _gauges("refundry_resources", "Resources, by how they stand now.", labels, +number)
    yield _gauges(
        "refundry_refundable_amount_minor_units",
        f"Cash that may still have to be paid back, {IN_MINOR_UNITS}.",
        ["product", "currency"],
        refundable,
    )


def _refunds(found: Vitals) -> Iterator[Metric]:
    by_status, moves, refusals = (
        _summed(((place.product, place.state), sums.number) for place, sums in counted)
        for counted in (found.refunds, found.moves, found.refusals)
    )
    moved = _summed(((place.product, place.state, place.currency), sums.amount_minor) for place, sums in found.moves)
    status = ["product", "status"]
    yield _gauges("refundry_refunds", "Refunds, by where they stand now.", status, by_status)
    yield _counters("refundry_refund_moves", "How often a refund came to a status.", status, moves)
    yield _counters(
        "refundry_refund_moves_amount_minor_units",
        f"Amounts of refunds that came to a status, {IN_MINOR_UNITS}.",
        [*status, "currency"],
        moved,
    )
    yield _counters(
        "refundry_refusals", "How often a reason stood in a refusal; one may have several.", ["product", "reason"],
        refusals,
    )  # fmt: skip


def _queues(found: Vitals) -> Iterator[Metric]:
    events: Sums = {(outcome,): found.waiting[outcome].number for outcome in ("parked", "dead")}
    ages: Sums = {(what,): found.seconds_since(queue.first) for what, queue in found.waiting.items()}
    yield _gauges("refundry_events_waiting", "Events that nobody has resolved.", ["outcome"], events)
    yield _gauges(
        "refundry_oldest_waiting_seconds",
        "Age of the oldest parked event, dead letter, refund in review and refund in doubt; 0 where there is none.",
        ["what"],
        ages,
    )
    for name, what, queue in (
        ("payouts", "Payouts that are not sent yet", found.payouts),
        ("deliveries", "Deliveries that no subscriber has taken yet", found.deliveries),
    ):
        yield _gauge(f"refundry_{name}_waiting", f"{what}.", queue.number)
        yield _gauge(
            f"refundry_{name}_overdue_seconds",
            f"{what}: how long the first of them has been due; 0 where none is.",
            found.seconds_since(queue.first),
        )


def _hooks(found: Vitals) -> Iterator[Metric]:
    hooks = found.hooks
    standing: Sums = {("working",): hooks.working, ("failing",): hooks.failing, ("disabled",): hooks.disabled}
    yield _gauges("refundry_hooks", "Subscriptions, by how they stand now.", ["status"], standing)
    yield _gauge(
        "refundry_hooks_failing_seconds",
        "How long the subscription that failed first has been failing; 0 where none is.",
        found.seconds_since(hooks.failing_since),
    )


def _operations(found: Vitals) -> Iterator[Metric]:
    yield _gauge(
        "refundry_work_overdue_seconds",
        "How long the first thing that is due has been due; 0 where none is.",
        found.seconds_since(found.next_due),
    )
    yield _gauges(
        "refundry_switch_stopped",
        "1 for a kill switch that stands on stop, otherwise 0.",
        ["kind", "key"],
        {key: int(stopped) for key, stopped in found.switches.items()},
    )
    yield _gauge(
        "refundry_tally_differences", "Differences that are not put into the running sums yet.", found.unfolded
    )


def _summed(counted: Iterable[tuple[tuple[str, ...], int]]) -> Sums:
    sums: dict[tuple[str, ...], float] = defaultdict(int)
    for key, number in counted:
        sums[key] += number
    return sums


def _gauge(name: str, says: str, value: float) -> Metric:
    return _filled(GaugeMetricFamily(name, says, labels=[]), {(): value})


def _gauges(name: str, says: str, labels: list[str], values: Sums) -> Metric:
    return _filled(GaugeMetricFamily(name, says, labels=labels), values)


def _counters(name: str, says: str, labels: list[str], values: Sums) -> Metric:
    return _filled(CounterMetricFamily(name, says, labels=labels), values)


def _filled(family: GaugeMetricFamily | CounterMetricFamily, values: Sums) -> Metric:
    for key, value in sorted(values.items()):
        family.add_metric(list(key), value)
    return family
