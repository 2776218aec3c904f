"""Made-up organisations and facts for benches, every one of them labelled so in its source.

They never enter an ordinary installation: see app/features/registry/synthetic.py.
"""
