"""The eight questions of `bin/bench olap`, asked of DuckDB over the file of events as it was made, unsorted.

  python olap_duckdb.py FILE
Money that ranks customers is summed in whole cents: sums of doubles depend on the order in which threads add them up, so
that customers change their fifth from run to run.
Prints a line of JSON for each: its rows, and the better of two runs in seconds on the clock and of the processor; then one
with the peak memory of the process.
"""
import datetime
import hashlib
import json
import resource
import sys
import time

import duckdb

FUNNEL = """
with v as (select customer_id, min(ts) t from ev where kind = 'view' group by 1),
c as (select v.customer_id, v.t first, min(e.ts) t from v join ev e on e.customer_id = v.customer_id
      where e.kind = 'cart' and e.ts > v.t and e.ts <= v.t + interval 7 day group by 1, 2),
p as (select c.customer_id from c join ev e on e.customer_id = c.customer_id
      where e.kind = 'purchase' and e.ts > c.t and e.ts <= c.first + interval 7 day group by 1)
select (select count(*) from v), (select count(*) from c), (select count(*) from p)"""

QUESTIONS = {
    "rfm": """
with b as (select customer_id, max(ts) l, count(*) n, sum(round(amount * 100)::bigint) s
           from ev where kind = 'purchase' group by 1),
q as (select *, 6 - ntile(5) over (order by date_diff('day', l, timestamp '2026-01-01'), customer_id) r,
      ntile(5) over (order by n, customer_id) f, ntile(5) over (order by s, customer_id) m from b)
select r, f, m, count(*), sum(s)::bigint / 100 from q group by 1, 2, 3 order by 1, 2, 3""",
    "funnel_7d": FUNNEL,
    "cohort": """
with f as (select customer_id, date_trunc('month', min(ts)) m from ev where kind = 'purchase' group by 1)
select date_diff('month', timestamp '2024-01-01', m), date_diff('month', m, date_trunc('month', ts)), count(distinct e.customer_id)
from ev e join f using (customer_id) where kind = 'purchase' group by 1, 2 order by 1, 2""",
    "top_products": """
select channel, product_id, round(r, 2), n, u from
(select channel, product_id, sum(amount) r, count(*) n, count(distinct customer_id) u,
        row_number() over (partition by channel order by sum(amount) desc, product_id) k
 from ev where kind = 'purchase' group by 1, 2) where k <= 20 order by 1, 3 desc, 2""",
    "daily_active": "select ts::date, count(*), count(distinct customer_id) from ev group by 1 order by 1",
    "sessions_30m": """
select sum(case when g is null or g > interval 30 minute then 1 else 0 end)::bigint, count(*)
from (select ts - lag(ts) over (partition by customer_id order by ts) g from ev)""",
    "segment_filter": """
select count(*) from (select customer_id from ev where ts >= timestamp '2025-07-01' group by 1
having sum(amount::decimal(12, 2)) > 100 and count(*) filter (where kind = 'open') >= 2)""",
    "customer_360": """
select kind, count(*), max(ts), round(sum(amount), 2) from ev where customer_id = 4711 group by 1 order by 1""",
}


def plain(value):
    return str(value) if isinstance(value, (datetime.date, datetime.datetime)) else value


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


connection = duckdb.connect()
connection.execute("set threads = 2")
connection.execute("create view ev as select * from read_parquet('%s')" % sys.argv[1].replace("'", "''"))
for task, sql in QUESTIONS.items():
    best = None
    for _ in range(2):
        begun, used = time.time(), cpu()
        rows = connection.execute(sql).fetchall()
        taken = (cpu() - used, time.time() - begun)
        best = min(best, taken) if best else taken
    rows = [[plain(value) for value in row] for row in rows]
    sha = hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]
    print(json.dumps({"task": task, "cpu": best[0], "wall": best[1], "sha": sha, "rows": rows}), flush=True)
print(json.dumps({"task": "peak", "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "version": duckdb.__version__}))
