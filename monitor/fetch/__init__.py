"""Brings bodies from the web: the only place that knows how, and what is too dangerous to ask."""

from monitor.fetch.fetcher import HttpFetcher
from monitor.fetch.headers import user_agent
from monitor.fetch.transport import guarded_transport, make_client, trusted_tls

__all__ = ["HttpFetcher", "guarded_transport", "make_client", "trusted_tls", "user_agent"]
