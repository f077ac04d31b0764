"""Matching: queries over terms, put to documents in seven languages."""

from monitor.match.grammar import parse_query
from monitor.match.matcher import Matcher
from monitor.match.spelling import check_spelling

__all__ = ["Matcher", "check_spelling", "parse_query"]
