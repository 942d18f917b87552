"""Every dependency's licence goes with Apache-2.0."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ACCEPTED = re.compile(r"MIT|BSD|Apache|MPL|Mozilla Public License 2\.0|PSF|ISC|Unlicense|CC0|0BSD")
REFUSED = re.compile(r"\bA?GPL|Affero|Proprietary|SSPL", re.IGNORECASE)


def licence_of(metadata: importlib.metadata.PackageMetadata) -> str:
    classifiers = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License")]
    return (
        metadata.get("License-Expression") or "; ".join(classifiers) or (metadata.get("License") or "").split("\n")[0]
    )


def licences_behind(package: str) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = [package]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        distribution = importlib.metadata.distribution(name)
        found[name] = licence_of(distribution.metadata)
        needs = map(Requirement, distribution.requires or [])
        waiting += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return found


def test_every_runtime_dependency_may_go_with_apache_2() -> None:
    licences = licences_behind("kofu")
    assert len(licences) > 30
    unfit = {name: text for name, text in licences.items() if not ACCEPTED.search(text) or REFUSED.search(text)}
    assert unfit == {}


IN_THE_PUBLIC_DOMAIN = {"docutils"}
"""Its classifiers name the GPL for an Emacs mode, which its package doesn't hold."""


def test_every_package_that_makes_the_site_may_go_with_apache_2() -> None:
    """The built site holds scripts and styles of Sphinx and of its theme."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    licences: dict[str, str] = {}
    for need in project["optional-dependencies"]["docs"]:
        licences |= licences_behind(Requirement(need).name)
    assert {"sphinx", "furo", "docutils"} <= licences.keys()
    unfit = {name: text for name, text in licences.items() if not ACCEPTED.search(text) or REFUSED.search(text)}
    assert unfit.keys() <= IN_THE_PUBLIC_DOMAIN, unfit
