"""JSON Schemas (2020-12) of OCSF classes: ocsf_schemas.py <version> <class> ...

Prints a JSON object: for each class its schema, with the profiles that CloudTrail's events have.
"""

import json
import sys

from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

PROFILES = ["cloud", "datetime"]


def main(version: str, *classes: str) -> None:
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version))
    print(json.dumps({name: schema.get_class_schema(name, PROFILES) for name in classes}))


if __name__ == "__main__":
    main(*sys.argv[1:])
