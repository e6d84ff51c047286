"""Where wrong sign-ins are counted, so that nobody's mistakes shut somebody else out.

A browser in which the account has signed in before has a count of its own, which nobody without
that browser can touch ("device cookies", OWASP). Everybody else is counted by where they are: first
the one name at the one address, then the address over all names, and last the name over all
addresses, which stops strangers alone. Names that exist and names that do not are counted alike.
A certificate is no guess, and is not counted.
"""

import ipaddress
from dataclasses import dataclass

ADDRESS_TIMES = 4  # as many wrong ones as lock one name, over all names of one address
NAME_TIMES = 10  # and over all addresses for one name


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody signs in: the network address, and a browser known for the name, or none."""

    address: str = ""
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Counter:
    """What is counted under one key, and how many begin a pause.

    ``whose`` is the name that it is about, if any. What many people share ``fades``: it counts what
    follows closely, not what a whole office mistypes in a day.
    """

    key: str
    limit: int
    whose: str = ""
    fades: bool = False


def everywhere(login: str) -> str:
    """The key of what strangers try under one name, whatever their address."""
    return f"name\0{login}"


def of_password(login: str, place: Place, limit: int) -> tuple[Counter, ...]:
    """Where a wrong password counts."""
    if place.browser:
        return (Counter(f"browser\0{login}\0{place.browser}", limit, login),)
    return (
        Counter(f"here\0{login}\0{place.address}", limit, login),
        Counter(f"address\0{place.address}", limit * ADDRESS_TIMES, fades=True),
        Counter(everywhere(login), limit * NAME_TIMES, login, fades=True),
    )


def of_code(login: str, place: Place, limit: int) -> tuple[Counter, ...]:
    """Where a wrong second factor counts: whoever gets there knows the password."""
    if place.browser:
        return of_password(login, place, limit)
    return (Counter(f"code\0{login}", limit, login),)


def inside(login: str, limit: int) -> tuple[Counter, ...]:
    """Where what is asked once more counts of somebody who is signed in."""
    return (Counter(f"inside\0{login}", limit, login),)


def network(address: str) -> str:
    """An address as it is counted: of IPv6 the network that one customer is given (RFC 6177)."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    return str(ipaddress.ip_network((known, 64), strict=False))
