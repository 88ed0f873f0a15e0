"""Benchmarks over folders of labelled clips, as docs/measures.md defines them."""
