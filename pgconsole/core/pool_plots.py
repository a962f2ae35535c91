"""Which of a pool's numbers stand on which chart; the health check's latency has a drawing of its own, beside them."""

from typing import Final

from pgconsole.core.chart import Curve, Plot

POOL_PLOTS: Final[tuple[Plot, ...]] = (
    Plot(
        "pool",
        "Connections",
        (
            Curve("used", "in use"),
            Curve("idle", "idle", "ok"),
            Curve("waiting", "waiting", "danger"),
            Curve("max", "max", "text_faint", is_dashed=True),
        ),
        "Connections of the pool, and the requests that wait for one.",
    ),
    Plot(
        "acquire",
        "Waited for a connection, ms",
        (
            Curve("acquire_ms_max", "max", "warning", is_stem=True),
            Curve("acquire_ms_p95", "p95", is_stem=True),
            Curve("acquire_ms_p50", "p50", "ok", is_stem=True),
        ),
        "From asking to having a connection, of the requests that were served in each second.",
    ),
    Plot(
        "usage",
        "Kept a connection, ms",
        (Curve("usage_ms_p95", "p95", is_stem=True), Curve("usage_ms_p50", "p50", "ok", is_stem=True)),
        "From having a connection to giving it back, of those that came back in each second.",
    ),
    Plot(
        "changes",
        "A second",
        (
            Curve("borrowed", "lent"),
            Curve("opened", "opened", "ok", is_rate=True),
            Curve("lost", "lost", "danger", is_rate=True),
            Curve("recycled", "recycled", "text_second", is_rate=True),
            # Those that failed: one that went well is not told of anywhere.
            Curve("reset_errors", "resets", "warning", is_rate=True),
        ),
        "Connections lent, opened, lost, recycled, and those that could not be reset.",
    ),
)
