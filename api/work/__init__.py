"""Work: what a service does at the same time, so that no kind of it keeps another waiting.

Three kinds have threads of their own. Apart are health, numbers and who may come in. Short are
questions and appends. Long is what grows with the record: exports, replays, streams, evidence,
bulk bodies, erasures. See docs/load.md.
"""
