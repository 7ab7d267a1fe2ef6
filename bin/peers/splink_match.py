"""Finds duplicates in one file with Splink on DuckDB, as its manual advises, and says how well and how fast.

  python splink_match.py FILE
Columns as in FEBRL, in Splink's fake people, or as bin/bench's generator writes them; the truth is the column `cluster`
or, in FEBRL, the number in `rec_id`. Prints one line of JSON: seconds of everything but imports, peak memory, quality of
pairs at probability 0.5 and at its best threshold.
"""
import json
import logging
import resource
import sys
import tempfile
import time

import duckdb
import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

logging.disable(logging.WARNING)
started = time.time()
cpu_started = time.process_time()
rows = pd.read_csv(sys.argv[1], dtype=str, skipinitialspace=True)
rows.columns = [column.strip() for column in rows.columns]
rows = rows.apply(lambda column: column.str.strip().str.lower()).replace("", None)
rows = rows.rename(columns={"first_name": "given_name", "dob": "date_of_birth", "address_1": "address", "city": "suburb"})
if "cluster" not in rows:
    rows["cluster"] = rows["rec_id"].str.split("-").str[1]
rows["unique_id"] = range(len(rows))
have = set(rows.columns)

comparisons = [cl.ForenameSurnameComparison("given_name", "surname")]
if "date_of_birth" in have:
    comparisons.append(cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]))
for column, comparison in [
    ("email", cl.EmailComparison("email")),
    ("phone", cl.DamerauLevenshteinAtThresholds("phone", [1, 2])),
    ("soc_sec_id", cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2])),
    ("street_number", cl.ExactMatch("street_number")),
    ("address", cl.JaroWinklerAtThresholds("address", [0.9])),
    ("suburb", cl.JaroWinklerAtThresholds("suburb", [0.9])),
    ("postcode", cl.DamerauLevenshteinAtThresholds("postcode", [1])),
    ("state", cl.ExactMatch("state")),
]:
    if column in have:
        comparisons.append(comparison)
wanted = [
    ["given_name", "surname"], ["date_of_birth", "surname"], ["date_of_birth", "given_name"], ["soc_sec_id"], ["email"], ["phone"],
    ["date_of_birth", "postcode"], ["address", "street_number", "postcode"], ["surname", "postcode"],
    ["date_of_birth", "suburb"], ["surname", "suburb"],
]
rules = [block_on(*columns) for columns in wanted if set(columns) <= have]
settings = SettingsCreator(
    link_type="dedupe_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules,
    retain_intermediate_calculation_columns=False, retain_matching_columns=False,
)
connection = duckdb.connect()
connection.execute("set threads = 2")
connection.execute(f"set temp_directory = '{tempfile.mkdtemp()}'")
api = DuckDBAPI(connection)
linker = Linker(api.register(rows), settings)
strict = [block_on(*c) for c in [["given_name", "surname", "date_of_birth"], ["email"]] if set(c) <= have]
linker.training.estimate_probability_two_random_records_match(strict, recall=0.7)
linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
# A postal code of a million rows alone makes hundreds of millions of pairs to learn from.
lessons = [["given_name", "surname"], ["date_of_birth"], ["postcode"]]
if len(rows) > 100_000:
    lessons = [["surname", "postcode"], ["date_of_birth", "given_name"], ["phone"]]
for columns in lessons:
    if set(columns) <= have:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
        except Exception as error:  # a rule without enough pairs teaches nothing
            print(f"no training on {columns}: {error}", file=sys.stderr)
pairs = linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()
seconds, cpu = time.time() - started, time.process_time() - cpu_started

truth = rows.set_index("unique_id")["cluster"]
sizes = rows["cluster"].value_counts()
true_pairs = int((sizes * (sizes - 1) // 2).sum())
pairs["same"] = truth.loc[pairs["unique_id_l"]].values == truth.loc[pairs["unique_id_r"]].values


def quality(found):
    precision, recall = found["same"].mean() if len(found) else 0.0, found["same"].sum() / true_pairs
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(float(precision), 5), "recall": round(float(recall), 5), "f1": round(float(f1), 5)}


ranked = pairs.sort_values("match_probability", ascending=False).reset_index(drop=True)
hits = ranked["same"].cumsum()
f1 = 2 * hits / (ranked.index + 1 + true_pairs)
best = int(f1.idxmax()) if len(f1) else 0
print(json.dumps({
    "rows": len(rows), "true_pairs": true_pairs, "seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2),
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    "at_half": quality(pairs[pairs["match_probability"] >= 0.5]), "best": quality(ranked.iloc[: best + 1]),
}))
