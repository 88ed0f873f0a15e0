"""Results as JUnit XML, which every CI reads."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from voicebot.testing.outcome import ScriptResult, Status
from voicebot.testing.timeline import one_line, page


def junit(results: Sequence[ScriptResult], broken: Sequence[str] = ()) -> str:
    """The document. `broken`: complaints of files that could not be read, an error each."""
    failed = sum(result.status is Status.FAILED for result in results)
    errors = sum(result.status is Status.CRASHED for result in results) + len(broken)
    skipped = sum(result.status is Status.SKIPPED for result in results)
    suite = ElementTree.Element(
        "testsuite",
        name="voicebot",
        tests=str(len(results) + len(broken)),
        failures=str(failed),
        errors=str(errors),
        skipped=str(skipped),
        time=f"{sum(result.wall_seconds for result in results):.3f}",
    )
    for result in results:
        suite.append(_case(result))
    for complaint in broken:
        case = ElementTree.SubElement(suite, "testcase", classname="voicebot", name=complaint.split(": ")[0], time="0")
        ElementTree.SubElement(case, "error", message=_clean(complaint))
    top = ElementTree.Element("testsuites")
    top.append(suite)
    ElementTree.indent(top)
    return ElementTree.tostring(top, encoding="unicode", xml_declaration=True) + "\n"


def _case(result: ScriptResult) -> ElementTree.Element:
    path = Path(result.path)
    case = ElementTree.Element(
        "testcase",
        classname=f"{'.'.join(path.with_name(path.name.partition('.')[0]).parts).lstrip('/.')}.{result.door}",
        name=_clean(result.name),
        file=result.path,
        line=str(result.line),
        time=f"{result.wall_seconds:.3f}",
    )
    if result.status is Status.SKIPPED:
        ElementTree.SubElement(case, "skipped", message=_clean(result.reason))
    elif result.status is not Status.PASSED:
        kind = "failure" if result.status is Status.FAILED else "error"
        note = ElementTree.SubElement(case, kind, message=_clean(one_line(result)))
        note.text = _clean(page(result))
    if result.unchecked and result.status is Status.PASSED:
        note = ElementTree.SubElement(case, "system-out")
        note.text = _clean("not checked when typed: " + "; ".join(finding.expected for finding in result.unchecked))
    return case


def _clean(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
