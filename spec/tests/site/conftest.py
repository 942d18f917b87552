"""The specification's facts and the built site, once for all tests of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import generate
from kofu_site import build, facts
from kofu_site.facts import Facts


@pytest.fixture(scope="session")
def descriptor_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image of the protos, with comments."""
    made = tmp_path_factory.mktemp("image") / "kofu.binpb"
    generate.image(made)
    return made


@pytest.fixture(scope="session")
def gathered(descriptor_image: Path) -> Facts:
    return facts.gather(descriptor_image.read_bytes())


@pytest.fixture(scope="session")
def site(descriptor_image: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site. A warning of Sphinx fails here."""
    folder = tmp_path_factory.mktemp("site")
    command = ["--image", descriptor_image, "--out", folder / "docs", "--cache", folder / "cache"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, [build.DOCS, *sys.path]))}
    done = subprocess.run(
        [sys.executable, "-m", "kofu_site.build", *command], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return folder / "docs"
