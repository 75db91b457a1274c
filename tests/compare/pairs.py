#!/usr/bin/env python3
"""Compares what `apkaudit diff` says of two packages with what aapt2 says of
each, and shows what a baseline of the old one makes of the new one.

  tests/compare/pairs.py OLD NEW [OLD NEW ...]
  tests/compare/pairs.py --binary target/release/apkaudit OLD NEW

For each pair: name, versions and SDK levels, permissions, components. Then a
baseline is made of OLD: OLD itself must have nothing new and nothing stale
against it, and the findings of NEW that are new are listed, for a person to
find the cause of each.

Exit code: 0 no difference, 1 a difference, 2 wrong use or a tool is missing.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import aapt2  # noqa: E402
import compare  # noqa: E402

LEVELS = ("min_sdk", "target_sdk")
IDENTITY = ("package", "version_name", "version_code", *LEVELS)


def asked(binary, *arguments):
    """The answer as JSON; the exit code of a gate does not matter."""
    done = subprocess.run((binary, *map(str, arguments)), capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.strip() or f"exit code {done.returncode}")
    return json.loads(done.stdout) if done.stdout.lstrip().startswith("{") else done.stdout


def differences(ours, old, new):
    """What `diff` and aapt2 say differently."""
    found = []

    def same(what, apkaudit, witness):
        if apkaudit != witness:
            found.append(f"{what}: apkaudit {apkaudit!r}, aapt2 {witness!r}")

    said = {change["what"]: (change["old"], change["new"]) for change in ours["identity"]}
    said.pop("signers", None)
    word = {name: (shown(old, name), shown(new, name)) for name in IDENTITY}
    same("identity", said, {name: pair for name, pair in word.items() if pair[0] != pair[1]})
    facts = ours["facts"]
    permissions = facts["permissions"]
    was, now = dict(old["permissions"]), dict(new["permissions"])
    same("new permissions", names(permissions["new"], "name"), sorted(now.keys() - was.keys()))
    same("permissions gone", names(permissions["gone"], "name"), sorted(was.keys() - now.keys()))
    for change in permissions["changed"]:
        name = change["new"]["name"]
        same(f"maxSdkVersion of {name}", change["old"]["max_sdk"], was.get(name))
        same(f"maxSdkVersion of {name}", change["new"]["max_sdk"], now.get(name))
    kept = {name for name in was.keys() & now.keys() if was[name] != now[name]}
    same("permissions changed", kept - set(names((c["new"] for c in permissions["changed"]), "name")), set())
    components = facts["components"]
    renamed = [c for c in components["changed"] if c["old"]["class"] != c["new"]["class"]]
    for what, key, theirs in (
        ("new components", "new", new["components"] - old["components"]),
        ("components gone", "gone", old["components"] - new["components"]),
    ):
        listed = components[key] + [c["new" if key == "new" else "old"] for c in renamed]
        same(what, sorted((c["kind"], c["class"]) for c in listed), sorted(theirs.elements()))
    return found


def shown(facts, name):
    value = facts[name]
    return None if value is None or (name == "version_name" and value == "") else str(value)


def names(items, key):
    return sorted(item[key] for item in items)


def standing(binary, old, new, folder):
    """What a baseline of OLD makes of both."""
    baseline = Path(folder) / "baseline.json"
    baseline.unlink(missing_ok=True)
    asked(binary, "baseline", "create", "--no-config", "--file", baseline, old)
    counts = []
    for path in (old, new):
        result = asked(binary, "check", "--no-config", "-f", "json", "--baseline", baseline, path)
        claimed = [f for f in result["findings"] if f["verdict"] in ("violation", "risk")]
        of = lambda word: [f for f in claimed if f.get("standing") == word]  # noqa: E731
        stale = [d for d in result.get("diagnostics", []) if d["kind"] == "stale-baseline"]
        counts.append((of("known"), of("grown"), of("new"), stale))
    return counts


def look(binary, old, new, folder):
    """One pair: its row, and what is wrong with it."""
    ours = asked(binary, "diff", "--no-config", "-f", "json", old, new)
    wrong = []
    try:
        theirs = [compare.witness_facts(path)[0] for path in (old, new)]
        if all(theirs):
            wrong = differences(ours, *theirs)
    except aapt2.Unreadable as reason:
        print(f"  aapt2: {reason}")
    itself, after = standing(binary, old, new, folder)
    if any(itself[1:]):
        wrong.append("the old one has something new or stale against its own baseline")
    known, grown, new_ones, stale = after
    print(f"{compare.name(old)} -> {compare.name(new)}")
    print(f"  known {len(known)}, grown {len(grown)}, new {len(new_ones)}, stale {len(stale)}")
    for word, findings in (("grown", grown), ("new", new_ones)):
        for of in findings:
            beyond = ", ".join(of.get("beyond", []))
            print(f"  {word}: {of['check']} {of['subject']} ({of['owner']}) {beyond}".rstrip())
    for diagnostic in stale:
        print(f"  stale: {diagnostic['text']['en']}")
    for line in wrong:
        print(f"  DIFFERS {line}")
    return len(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(compare.ROOT / "target/release/apkaudit"))
    parser.add_argument("paths", nargs="+", type=Path, metavar="OLD NEW")
    args = parser.parse_args()
    if len(args.paths) % 2 or not shutil.which("aapt2"):
        parser.error("give packages in pairs" if shutil.which("aapt2") else "aapt2 is missing")
    pairs = list(zip(args.paths[::2], args.paths[1::2]))
    with tempfile.TemporaryDirectory() as folder:
        wrong = sum(look(args.binary, old, new, folder) for old, new in pairs)
    print(f"\n{wrong} differences in {len(pairs)} pairs")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
