"""Writes reference_hours.txt: random rules by the hour with the first moments that python-dateutil names for them."""
import random
from datetime import datetime
from itertools import islice
from dateutil.rrule import rrulestr

random.seed(5546)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def some(values, most):
    return ",".join(str(v) for v in sorted(random.sample(list(values), random.randint(1, most))))


def rule():
    freq = random.choice(["HOURLY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = [f"FREQ={freq}"]
    if random.random() < 0.6:
        parts.append(f"INTERVAL={random.choice([2, 3, 5, 7, 24, 36]) if freq == 'HOURLY' else random.randint(1, 4)}")
    if random.random() < 0.3:
        parts.append(f"COUNT={random.randint(1, 7)}")
    elif random.random() < 0.3:
        parts.append(f"UNTIL=202{random.randint(5, 7)}0{random.randint(1, 9)}15T{random.randint(10, 20)}0000")
    if random.random() < 0.3:
        parts.append("BYMONTH=" + some(range(1, 13), 3))
    if freq != "WEEKLY" and random.random() < 0.2:
        parts.append("BYMONTHDAY=" + some([n for n in range(-31, 32) if n], 3))
    elif random.random() < 0.4:
        parts.append("BYDAY=" + some(DAYS, 3))
    if freq != "HOURLY" or random.random() < 0.3:
        parts.append("BYHOUR=" + some(range(24), 3))
    return ";".join(parts)


with open("reference_hours.txt", "w") as out:
    for _ in range(300):
        text, start = rule(), datetime(2025, random.randint(1, 12), random.randint(1, 28), random.randint(0, 23), 30)
        try:
            found = list(islice(rrulestr(text, dtstart=start), 8))
        except ValueError:
            continue
        found = [at for at in found if at.year < 2033]
        out.write(f"{start:%Y-%m-%dT%H:%M}|{text}|{' '.join(f'{at:%Y-%m-%dT%H:%M}' for at in found)}\n")
