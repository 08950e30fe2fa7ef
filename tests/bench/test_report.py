"""The report says what was measured, what could not be done and which column is wrong."""

import pytest

from bench.report import percentile, report

MACHINE = {
    "date": "2026-11-25 04:00 UTC",
    "processor": "a processor",
    "cores": 2,
    "memory_gib": 24.0,
    "python": "3.11.7",
    "sqlite": "3.40.1",
    "packages": {"duckdb": "2.0.1"},
    "load": 0.3,
}
HOW = {"index": "an index", "bulk": "in bulk", "durable": "synced"}
PLAN = {
    "records": 10_000,
    "relationships": {"small": "DEU-FRA", "middling": "GBR-USA", "largest": "CHN-USA"},
    "events": {"small": 10, "middling": 70, "largest": 450},
}


def measured(title, seconds, **more):
    return {
        "title": title,
        "how": HOW,
        "cannot": {},
        "bulk": {"records": 10_000, "seconds": 5.0, "worked": 4.0},
        "worked": {"now/largest": 0.0015},
        "now/largest": [seconds] * 10,
        "rebuild": 2.0,
        "rebuilt_records": 10_300,
        "memory": {"process_peak": 80_000_000, "servers_peak": 0},
        "disk": {"bytes": 12_000_000, "records": 10_000},
        "checked": {"answers": 276, "wrong": 0, "first": []},
        **more,
    }


def figures(**peers):
    return {
        "machine": MACHINE,
        "load_end": 0.4,
        "sizes": [{"plan": PLAN, "peers": peers}],
        "acceptance": {"Full rebuild": {"rebuild": "5,000 records/s"}},
    }


def row(text, name):
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {name} |")][:1]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_waits_stand_as_milliseconds_and_rates_as_records_a_second():
    text = report(figures(chancery=measured("Chancery", 0.002), other=measured("Other", 0.5)))
    assert row(text, "state, largest") == ["state, largest", "2 (2)", "500 (500)"]
    assert row(text, "bulk import")[1:] == ["2,000/s", "2,000/s"]
    assert row(text, "full rebuild")[1:] == ["5,150/s", "5,150/s"]
    assert row(text, "bytes on disk a record")[1:] == ["1,200", "1,200"]


def test_processor_time_stands_beside_the_waits():
    text = report(figures(chancery=measured("Chancery", 0.002), other=measured("Other", 0.5)))
    _, worked = text.split("Processor milliseconds")
    assert row(worked, "state, largest")[1:] == ["1.5", "1.5"]
    assert row(worked, "bulk import, a record")[1:] == ["0.4", "0.4"]


def test_ratios_are_to_chancery_in_the_same_run():
    text = report(figures(chancery=measured("Chancery", 0.002), other=measured("Other", 0.5)))
    _, ratios = text.split("Time beside Chancery's")
    assert row(ratios, "state, largest") == ["state, largest", "1", "250"]


def test_a_peer_that_cannot_do_a_task_says_so_with_its_reason():
    other = measured("Other", 0.1, cannot={"rebuild": "nothing derives it"})
    del other["rebuild"]
    text = report(figures(chancery=measured("Chancery", 0.002), other=other))
    assert row(text, "full rebuild")[2] == "*cannot*"
    assert "- Other, rebuild: nothing derives it" in text


def test_a_peer_that_failed_does_not_end_the_report():
    text = report(
        figures(
            chancery=measured("Chancery", 0.002), other={"title": "Other", "failed": "no server"}
        )
    )
    assert row(text, "bulk import")[2] == "*failed*"
    assert "- Other failed: no server" in text


def test_a_column_with_wrong_answers_is_marked():
    other = measured("Other", 0.1, checked={"answers": 276, "wrong": 2, "first": ["X: expected"]})
    text = report(figures(chancery=measured("Chancery", 0.002), other=other))
    assert row(text, "right answers")[1:] == ["276 of 276", "**WRONG: 274 of 276**"]


def test_a_report_without_chancery_has_no_ratios():
    text = report(figures(other=measured("Other", 0.1)))
    assert "Time beside" not in text


@pytest.mark.parametrize(
    ("waits", "share", "expected"),
    [([1.0], 0.99, 1.0), ([3.0, 1.0, 2.0], 0.5, 2.0), (list(range(200)), 0.99, 198)],
)
def test_a_percentile_is_a_wait_that_was_measured(waits, share, expected):
    assert percentile(waits, share) == expected
