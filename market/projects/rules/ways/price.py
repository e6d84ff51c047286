"""By sealed price (网上竞价): the control price is asked of every need, with its money."""

from market.projects.rules.ways.way import Way
from signing.ways import price

PRICE = Way(rules=price.PRICE)
