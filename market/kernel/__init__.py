"""What every room speaks: clock, actors, errors, machines, money, ids, calendar.

No IO, no framework.
"""
