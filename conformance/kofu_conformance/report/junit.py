"""JUnit XML for CI systems: fail is a failure, error and inconclusive are errors with their type."""

import re
import xml.etree.ElementTree as ET

from kofu_conformance.engine.verdict import Verdict
from kofu_conformance.report.model import CheckVerdict, Report

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(report: Report) -> bytes:
    """The report as one test suite, a test case for each check."""
    seconds = (report.run.finished - report.run.started).total_seconds()
    counts = {
        "tests": str(len(report.checks)),
        "failures": str(sum(one.verdict is Verdict.FAIL for one in report.checks)),
        "errors": str(sum(_is_error(one) for one in report.checks)),
        "time": f"{seconds:.3f}",
    }
    root = ET.Element("testsuites", {"name": "kofu", **counts})
    suite = ET.SubElement(root, "testsuite", {"name": _clean(report.run.iut.name), **counts})
    suite.set("timestamp", report.run.started.isoformat(timespec="seconds"))
    properties = ET.SubElement(suite, "properties")
    for name, value in (("seed", report.run.seed), ("level", report.run.level), ("build", report.run.iut.build)):
        ET.SubElement(properties, "property", name=name, value=_clean(str(value)))
    for check in report.checks:
        _test_case(suite, check)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _is_error(check: CheckVerdict) -> bool:
    return check.verdict not in (Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE)


def _test_case(suite: ET.Element, check: CheckVerdict) -> None:
    module, _, name = check.id.rpartition(".")
    case = ET.SubElement(suite, "testcase", classname=module, name=name, time=f"{check.seconds:.3f}")
    properties = ET.SubElement(case, "properties")
    for requirement in check.requirements:
        ET.SubElement(properties, "property", name="requirement", value=requirement)
    if check.verdict is Verdict.FAIL:
        for finding in check.findings:
            failure = ET.SubElement(case, "failure", type=_clean(finding.code))
            failure.set("message", _clean(f"expected {finding.expected}; observed {finding.observed}"))
            failure.text = _clean("\n".join((*finding.story, f"seen at {finding.seen_at}", finding.replay)))
    elif check.verdict is Verdict.NOT_APPLICABLE:
        ET.SubElement(case, "skipped", message=_clean("; ".join(check.reasons)))
    elif _is_error(check):
        error = ET.SubElement(case, "error", type=check.verdict.value)
        error.set("message", _clean("; ".join(check.reasons)))


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("�", text)
