"""Breaking glass: what no role of staff may read, open for an hour with a reason, once two agree.

The owner hears of it at once and sees every read in its access log. A room plugs in its types of objects
(`BreakGlassType`) and asks `has_broken_glass` in its access functions.
"""
