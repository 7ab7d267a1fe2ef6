"""Writes reference.txt: random rules with the first days that python-dateutil names for them."""
import random
import re
from datetime import datetime
from itertools import islice
from dateutil.rrule import rrulestr

random.seed(5545)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def some(values, most):
    return ",".join(str(v) for v in sorted(random.sample(values, random.randint(1, most)), key=str))


def rule():
    freq = random.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = [f"FREQ={freq}"]
    if random.random() < 0.5:
        parts.append(f"INTERVAL={random.randint(1, 5)}")
    if random.random() < 0.3:
        parts.append(f"COUNT={random.randint(1, 12)}")
    elif random.random() < 0.3:
        parts.append(f"UNTIL={random.randint(2025, 2031)}0{random.randint(1, 9)}15")
    months, named = random.random() < 0.3, random.random()
    if months:
        parts.append("BYMONTH=" + some(range(1, 13), 3))
    if freq == "YEARLY" and not months and named < 0.15:
        parts.append("BYWEEKNO=" + some(range(1, 54), 3))
        if random.random() < 0.5:
            parts.append("BYDAY=" + some(DAYS, 2))
    elif freq == "YEARLY" and not months and named < 0.3:
        parts.append("BYYEARDAY=" + some([n for n in range(-366, 367) if n], 3))
    elif freq != "WEEKLY" and named < 0.5:
        parts.append("BYMONTHDAY=" + some([n for n in range(-31, 32) if n], 3))
    elif freq in ("MONTHLY", "YEARLY") and named < 0.7:
        most = 5 if freq == "MONTHLY" or months else 53
        day = lambda: f"{random.choice([n for n in range(-most, most + 1) if n])}{random.choice(DAYS)}"
        parts.append("BYDAY=" + ",".join({day() for _ in range(random.randint(1, 2))}))
    elif named < 0.9:
        parts.append("BYDAY=" + some(DAYS, 3))
    if freq in ("MONTHLY", "YEARLY") and random.random() < 0.25:
        parts.append("BYSETPOS=" + some([-2, -1, 1, 2, 3], 2))
    if random.random() < 0.2:
        parts.append("WKST=" + random.choice(DAYS))
    return ";".join(parts)


with open("reference.txt", "w") as out:
    for _ in range(400):
        text, start = rule(), datetime(2025, random.randint(1, 12), random.randint(1, 28), 9, 30)
        try:
            # A day alone as the end is meant to its end.
            found = list(islice(rrulestr(re.sub(r"(UNTIL=\d{8})", r"\1T235959", text), dtstart=start), 6))
        except ValueError:
            continue
        found = [day for day in found if day.year < 2200]
        out.write(f"{start:%Y-%m-%d}|{text}|{' '.join(f'{day:%Y-%m-%d}' for day in found)}\n")
