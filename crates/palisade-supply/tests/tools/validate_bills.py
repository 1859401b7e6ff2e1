"""Validates a bill of CycloneDX and one of SPDX with the standards' own libraries; says what is wrong and fails."""

import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document


def main(cyclonedx_path: str, spdx_path: str) -> int:
    with open(cyclonedx_path, encoding="utf-8") as file:
        wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(file.read())
    problems = [f"CycloneDX: {wrong}"] if wrong else []
    document = parse_file(spdx_path)
    for message in validate_full_spdx_document(document, "SPDX-2.3"):
        problems.append(f"SPDX: {message.validation_message} ({message.context.spdx_id})")
    print("\n".join(problems) if problems else "both are valid")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
