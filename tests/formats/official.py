#!/usr/bin/env python3
"""Asks the official schemas about the reports of the demo app.

    cargo build && python3 tests/formats/official.py

The schemas are fetched by package name with the ordinary clients (npm, pip) into
target/schemas and are not committed; the Python package `jsonschema` and `xmllint`
must be installed. Exit codes: 0 all valid, 1 a report is not, 2 a schema or a tool
could not be had.
"""
import argparse
import gzip
import json
import pathlib
import subprocess
import sys
import tarfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / "target" / "schemas"
APP = "fixtures/apps/shop/shop.apk"


def fetched(command, pattern):
    """A file of a package, fetched once."""
    found = sorted(CACHE.glob(pattern))
    if not found:
        subprocess.run(command, cwd=CACHE, check=True, stdout=subprocess.DEVNULL)
        found = sorted(CACHE.glob(pattern))
    return found[-1]


def sarif_schema():
    package = fetched(["npm", "pack", "-s", "@microsoft/jest-sarif"], "*jest-sarif*.tgz")
    with tarfile.open(package) as archive:
        name = next(n for n in archive.getnames() if "schemas/sarif-2.1.0" in n)
        return json.load(archive.extractfile(name))


def junit_schema():
    """The XML Schema of the xUnit plug-in of Jenkins, which pytest tests its own reports with."""
    package = fetched(
        ["pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "pytest"], "pytest-*.tar.gz"
    )
    path = CACHE / "junit-10.xsd"
    with tarfile.open(package) as archive:
        name = next(n for n in archive.getnames() if n.endswith("/junit-10.xsd"))
        path.write_bytes(archive.extractfile(name).read())
    return path


def cyclonedx_schemas():
    package = fetched(
        ["pip", "download", "-q", "--no-deps", "cyclonedx-python-lib"], "cyclonedx*.whl"
    )
    wanted = ["bom-1.6", "spdx", "jsf-0.82"]
    with zipfile.ZipFile(package) as archive:
        names = {w: next(n for n in archive.namelist() if f"/{w}.SNAPSHOT.schema.json" in n) for w in wanted}
        return {w: json.loads(archive.read(n)) for w, n in names.items()}


def mistakes(schema, value, registry=None):
    import jsonschema

    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    more = {"registry": registry} if registry is not None else {}
    return [f"{e.json_path}: {e.message[:200]}" for e in kind(schema, **more).iter_errors(value)]


def report(program, *options):
    run = subprocess.run(
        [program, "check", APP, *options], cwd=ROOT, capture_output=True, text=True
    )
    if run.returncode not in (0, 1):
        raise RuntimeError(run.stderr)
    return run.stdout


def junit_mistakes(xml):
    path = CACHE / "junit.xml"
    path.write_text(xml)
    lint = ["xmllint", "--noout", "--schema", str(junit_schema()), str(path)]
    run = subprocess.run(lint, capture_output=True, text=True)
    return [] if run.returncode == 0 else run.stderr.splitlines()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=str(ROOT / "target/debug/apkaudit"))
    args = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    found = {}

    # A suppression that ended and an entry that is gone: settings are told, too.
    settled = ["--config", "tests/formats/settled.toml", "--today", "2027-01-01"]
    for name, options in {
        "sarif": [],
        "sarif with sources": ["--source-root", "fixtures/apps/shop"],
        "sarif with settings": settled,
        "sarif in Chinese, all": ["--lang", "zh", "--profile", "audit"],
    }.items():
        log = report(args.program, "-f", "sarif", *options)
        found[name] = mistakes(sarif_schema(), json.loads(log))
        packed = len(gzip.compress(log.encode()))
        print(f"{name}: {len(log.encode())} bytes, {packed} compressed")
        if packed > 10_000_000:
            found[name].append("larger than code scanning takes")

    from referencing import Registry, Resource

    schemas = cyclonedx_schemas()
    registry = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()
    )
    bom = json.loads(report(args.program, "-f", "cyclonedx"))
    found["cyclonedx"] = mistakes(schemas["bom-1.6"], bom, registry)

    ours = json.loads((ROOT / "schemas/result.schema.json").read_text())
    for name, options in {
        "json": [],
        "json, all": ["--profile", "audit"],
        "json with settings": settled,
    }.items():
        found[name] = mistakes(ours, json.loads(report(args.program, "-f", "json", *options)))

    found["junit"] = junit_mistakes(report(args.program, "-f", "junit"))
    found["junit with settings"] = junit_mistakes(report(args.program, "-f", "junit", *settled))

    # Can it fail?
    broken = json.loads(report(args.program, "-f", "sarif"))
    broken["runs"][0]["results"][0]["level"] = "grave"
    if not mistakes(sarif_schema(), broken):
        found["self-test"] = ["a wrong level is not seen by the schema of SARIF"]
    if not junit_mistakes("<testsuites><testcase/></testsuites>"):
        found["self-test"] = ["a case without a suite is not seen by the schema of JUnit"]

    for name, wrong in found.items():
        print(f"{name}: {'valid' if not wrong else f'{len(wrong)} mistakes'}")
        for line in wrong[:10]:
            print(f"  {line}")
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ImportError, OSError, subprocess.CalledProcessError) as why:
        print(f"official.py: not asked: {why}", file=sys.stderr)
        sys.exit(2)
