"""scikit-learn's logistic regression and LightGBM on one file, split as `bin/bench scoring` splits it.

scoring_peers.py FILE OUTCOME YES [DROPPED,DROPPED…]  prints a line of JSON for each.
"""

import json
import sys
import time

import lightgbm
import numpy
import pandas
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

file, outcome, yes = sys.argv[1:4]
dropped = [name for name in (sys.argv[4] if len(sys.argv) > 4 else "").split(",") if name]
with open(file, encoding="utf-8") as opened:
    between = ";" if ";" in opened.readline() else ","
table = pandas.read_csv(file, sep=between, dtype=str, keep_default_na=False)
table = table.apply(lambda column: column.str.strip())
came = (table.pop(outcome) == yes).to_numpy().astype(int)
table = table.drop(columns=dropped).replace({"": None, "Select": None})
numbers, words = [], []
for name in table.columns:
    as_numbers = pandas.to_numeric(table[name], errors="coerce")
    if as_numbers.notna().sum() == table[name].notna().sum():
        table[name] = as_numbers.astype(float)
        numbers.append(name)
    else:
        words.append(name)
hashed = (numpy.arange(len(table), dtype=numpy.uint64) * numpy.uint64(2654435761)) & numpy.uint64(0xFFFFFFFF)
held = hashed < numpy.uint64(int(0.3 * 2**32) + 1)
learned = ~held


def tell(family, fit):
    begun = time.process_time()
    said = fit()
    cpu = time.process_time() - begun
    print(json.dumps({
        "family": family, "auc": roc_auc_score(came[held], said), "log_loss": log_loss(came[held], said), "cpu": cpu,
    }))


def logistic():
    plain = table.copy()
    plain[words] = plain[words].astype(object).where(plain[words].notna(), "unknown")
    prepared = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), numbers),
        ("words", OneHotEncoder(handle_unknown="ignore"), words),
    ])
    model = make_pipeline(prepared, LogisticRegression(C=1.0, max_iter=2000))
    model.fit(plain[learned], came[learned])
    return model.predict_proba(plain[held])[:, 1]


def boosting():
    typed = table.copy()
    typed[words] = typed[words].astype("category")
    model = lightgbm.LGBMClassifier(
        n_estimators=150, learning_rate=0.05, num_leaves=15, min_child_samples=40, reg_lambda=1.0, n_jobs=1, verbose=-1,
    )
    model.fit(typed[learned], came[learned])
    return model.predict_proba(typed[held])[:, 1]


tell("logistic", logistic)
tell("boosting", boosting)
