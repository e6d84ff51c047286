"""入驻与亮晒比 agencies: who may offer what; ``identity.py`` is the only door to a name."""
