"""Structured briefs from messy reports: who holds what, on what terms, every line checked against its source."""
