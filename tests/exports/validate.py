"""Checks files against their official schemas: `validate.py KIND FILE...`, where KIND is cyclonedx or openapi.

Prints what is wrong, one line a fault, and fails when there is any."""

import json
import sys


def cyclonedx(text):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator
    from packageurl import PackageURL

    for fault in JsonStrictValidator(SchemaVersion.V1_6).validate_str(text, all_errors=True) or ():
        yield str(fault)
    for component in components(json.loads(text)):
        written = component.get("purl")
        # What the reference implementation reads must be written by it the same way.
        if written is not None and PackageURL.from_string(written).to_string() != written:
            yield f"purl {written} is written {PackageURL.from_string(written).to_string()}"


def components(bom):
    for component in bom.get("components", ()):
        yield component
        yield from components(component)


def openapi(text):
    from openapi_spec_validator import OpenAPIV31SpecValidator

    for fault in OpenAPIV31SpecValidator(json.loads(text)).iter_errors():
        yield str(fault.message)


def main(kind, *files):
    faults = 0
    for name in files:
        with open(name, encoding="utf-8") as file:
            text = file.read()
        for fault in {"cyclonedx": cyclonedx, "openapi": openapi}[kind](text):
            print(f"{name}: {fault}")
            faults += 1
    return 1 if faults else 0


sys.exit(main(*sys.argv[1:]))
