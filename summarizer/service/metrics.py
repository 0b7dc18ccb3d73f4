"""Figures for Prometheus. Each app has a registry of its own: no global state."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from summarizer.claims import Brief

__all__ = ["Metrics"]

_BUCKETS = (0.005, 0.02, 0.1, 0.5, 2, 10, 60)
_JOB_BUCKETS = (1, 5, 15, 60, 300, 1200, 3600)


class Metrics:
    """What is counted."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("summarizer_http_requests", "Requests answered.", labels, registry=self.registry)
        self._seconds = Histogram(
            "summarizer_http_seconds",
            "Seconds until an answer began.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._refused = Counter("summarizer_http_refused", "Requests refused.", ("reason",), registry=self.registry)
        self._jobs = Gauge("summarizer_jobs", "Jobs in the ledger.", ("state",), registry=self.registry)
        self._ended = Counter("summarizer_jobs_ended", "Jobs ended.", ("state",), registry=self.registry)
        self._job_seconds = Histogram(
            "summarizer_job_seconds", "Seconds that a job ran.", buckets=_JOB_BUCKETS, registry=self.registry
        )
        self._model = Counter("summarizer_model_requests", "Requests to the model.", ("kept",), registry=self.registry)
        self._tokens = Counter("summarizer_model_tokens", "Tokens of the model.", ("way",), registry=self.registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def refused(self, reason: str) -> None:
        """Count a request that came no further than the guard."""
        self._refused.labels(reason).inc()

    def ended(self, state: str, seconds: float, brief: Brief | None) -> None:
        """Count a job, and what its brief took."""
        self._ended.labels(state).inc()
        self._job_seconds.observe(seconds)
        if brief is not None:
            self._model.labels("yes").inc(brief.run.replayed)
            self._model.labels("no").inc(max(0, brief.run.requests - brief.run.replayed))
            self._tokens.labels("input").inc(brief.run.tokens.input)
            self._tokens.labels("output").inc(brief.run.tokens.output)

    def page(self, jobs: Mapping[str, int]) -> bytes:
        """Return all figures as Prometheus reads them."""
        for state in ("waiting", "running", "done", "failed", "cancelled"):
            self._jobs.labels(state).set(jobs.get(state, 0))
        return generate_latest(self.registry)
