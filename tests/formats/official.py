#!/usr/bin/env python3
"""Asks the official schemas about the reports of the demo app.

    cargo build && python3 tests/formats/official.py

The schemas are fetched by package name with the ordinary clients (npm, pip) into
target/schemas and are not committed; `jsonschema` must be installed, and
`xmllint` for the JUnit report. The JUnit schema is the one that is given with
--junit FILE (for example junit-10.xsd of the xUnit plug-in of Jenkins); without it
only the XML is checked.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tarfile
import zipfile

import jsonschema

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


def cyclonedx_schemas():
    package = fetched(
        ["pip", "download", "-q", "--no-deps", "cyclonedx-python-lib"], "cyclonedx*.whl"
    )
    wanted = ["bom-1.6", "spdx", "jsf-0.82"]
    with zipfile.ZipFile(package) as archive:
        names = {w: next(n for n in archive.namelist() if f"/{w}.SNAPSHOT.schema.json" in n) for w in wanted}
        return {w: json.loads(archive.read(n)) for w, n in names.items()}


def mistakes(schema, value, registry=None):
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    more = {"registry": registry} if registry is not None else {}
    return [f"{e.json_path}: {e.message[:200]}" for e in kind(schema, **more).iter_errors(value)]


def report(program, *options):
    run = subprocess.run(
        [program, "check", APP, *options], cwd=ROOT, capture_output=True, text=True
    )
    if run.returncode not in (0, 1):
        sys.exit(run.stderr)
    return run.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=str(ROOT / "target/debug/apkaudit"))
    parser.add_argument("--junit", help="an XML Schema of JUnit reports")
    args = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    found = {}

    for name, options in {
        "sarif": ["-f", "sarif"],
        "sarif with sources": ["-f", "sarif", "--source-root", "fixtures/apps/shop"],
        "sarif in Chinese, all": ["-f", "sarif", "--lang", "zh", "--profile", "audit"],
    }.items():
        found[name] = mistakes(sarif_schema(), json.loads(report(args.program, *options)))

    from referencing import Registry, Resource

    schemas = cyclonedx_schemas()
    registry = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()
    )
    bom = json.loads(report(args.program, "-f", "cyclonedx"))
    found["cyclonedx"] = mistakes(schemas["bom-1.6"], bom, registry)

    ours = json.loads((ROOT / "schemas/result.schema.json").read_text())
    for profile in ("review", "audit"):
        result = json.loads(report(args.program, "-f", "json", "--profile", profile))
        found[f"json {profile}"] = mistakes(ours, result)

    xml = CACHE / "junit.xml"
    xml.write_text(report(args.program, "-f", "junit"))
    schema = ["--schema", args.junit] if args.junit else []
    lint = subprocess.run(
        ["xmllint", "--noout", *schema, str(xml)], capture_output=True, text=True
    )
    found["junit"] = [] if lint.returncode == 0 else [lint.stderr.strip()]

    for name, wrong in found.items():
        print(f"{name}: {'valid' if not wrong else f'{len(wrong)} mistakes'}")
        for line in wrong[:10]:
            print(f"  {line}")
    sys.exit(any(found.values()))


if __name__ == "__main__":
    main()
