"""Scales, floors and figures."""
