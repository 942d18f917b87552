"""The example in Node.js takes out a certificate from the running reference, and can tell a wrong one. [2.7, 2.8]"""

import json
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from reference.tests.node_side import ROOT, Node, find_node, installed

from kofu.v1.common_pb2 import Application, ResidenceOptions
from kofu_spec.city import CardState, Citizen, make_city
from kofu_spec.rules import printed
from kofu_spec.rules.eligibility import expected, kind_of

KOFU = (sys.executable, "-c", "from kofu_spec.cli import main; main()")
CLOCK = "2026-10-07T10:00:00+09:00"
RUN_SECONDS = 60
CITY = make_city()
SELECTOR = re.compile("[\U000e0100-\U000e01ef]")
BEYOND_BMP = re.compile("[\U00020000-\U0003ffff]")
OPTIONS = {"whole_household": True, "show_relationship": True, "show_domicile": True}
APPLICATION = Application(residence_certificate=ResidenceOptions(**OPTIONS))


@dataclass(frozen=True)
class Kiosk:
    """The example, ready to run against a chain that serves."""

    node: Node
    program: Path
    image: Path
    run: Path

    def take_out(self, card: str, out: Path, *more: object, **changed: object) -> "subprocess.CompletedProcess[str]":
        named = {"profile": self.run / "profile.toml", "card": card, "out": out, "image": self.image, **changed}
        arguments = [text for name, value in named.items() for text in (f"--{name}", str(value))]
        return subprocess.run(
            [self.node.node, self.program, *arguments, *map(str, more)],
            env=self.node.environment,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )


@contextmanager
def kiosk_before(folder: Path, *options: str) -> Iterator[Kiosk]:
    """The example before a chain that serves in this folder, started with these options."""
    node, example, image = find_node(), installed("node"), folder / "kofu.binpb"
    subprocess.run([sys.executable, ROOT / "proto" / "generate.py", "--image", image], check=True)
    command = [*KOFU, "serve", "all", "--json", "--clock", CLOCK, "--dir", str(folder / "run"), *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as chain:
        assert chain.stdin is not None
        assert chain.stdout is not None
        try:
            assert any('"ready"' in line for line in chain.stdout), "the chain ended before it was ready"
            yield Kiosk(node, example / "kiosk.mjs", image, folder / "run")
        finally:
            chain.stdin.close()
            chain.wait(RUN_SECONDS)


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    with kiosk_before(tmp_path_factory.mktemp("node")) as ready:
        yield ready


def hard_named(hard: "re.Pattern[str]") -> Citizen:
    """A citizen to whom the document is due, with such a character in the name."""
    return next(
        citizen
        for label in ("variation-sequence", "beyond-bmp")
        for citizen in CITY.family(label)
        if hard.search(citizen.name) and citizen.card and citizen.card.state is CardState.VALID
    )


def record_of(citizen: Citizen) -> dict[str, Any]:
    """What the specification says that document and paper must show."""
    items = expected(CITY, citizen, APPLICATION, datetime.fromisoformat(CLOCK))
    assert not isinstance(items, int)
    return {
        "items": MessageToDict(items, preserving_proto_field_name=True),
        "strings": printed.strings(items, kind_of(APPLICATION)),
    }


def card_of(citizen: Citizen) -> str:
    assert citizen.card is not None
    return citizen.card.card_id


@pytest.mark.parametrize("hard", [SELECTOR, BEYOND_BMP], ids=["variation sequence", "beyond the BMP"])
def test_a_certificate_shows_the_name_code_point_by_code_point(
    kiosk: Kiosk, hard: "re.Pattern[str]", tmp_path: Path
) -> None:
    citizen = hard_named(hard)
    record = record_of(citizen)
    assert any(hard.search(string) for string in record["strings"])
    (tmp_path / "record.json").write_text(json.dumps(record))
    out = tmp_path / "certificate.pdf"

    done = kiosk.take_out(
        card_of(citizen), out, "--options", json.dumps(OPTIONS), "--expected", tmp_path / "record.json"
    )

    assert done.stderr == ""
    assert done.returncode == 0
    assert re.match(rf"{re.escape(str(out))}: residence_certificate, \d page\(s\), 300 yen\n", done.stdout)
    assert "as the record says: items" in done.stdout
    if shutil.which("pdftotext"):
        assert f"and {len(record['strings'])} strings on paper" in done.stdout
    assert out.read_bytes().startswith(b"%PDF-")


def without_selector(record: dict[str, Any]) -> None:
    record["items"]["persons"][0]["name"] = SELECTOR.sub("", record["items"]["persons"][0]["name"])


def another_string(record: dict[str, Any]) -> None:
    record["strings"][-1] += "ではない"


def one_more_string(record: dict[str, Any]) -> None:
    name = record["items"]["persons"][0]["name"]
    record["strings"].append(SELECTOR.sub("", name))


def an_item_too_few(record: dict[str, Any]) -> None:
    del record["items"]["persons"][0]["birth_date"]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (without_selector, r"items\.persons\[0\]\.name: code point 2 is U\+E01[0-9A-F]{2}, the record has U\+"),
        (another_string, r"paper: string \d+ of \d+ is not there"),
        (one_more_string, r"paper: string \d+ of \d+ is not there"),
        (an_item_too_few, r"items\.persons\[0\]\.birth_date: is not due"),
    ],
)
def test_a_record_that_says_otherwise_is_told(kiosk: Kiosk, spoil: Any, told: str, tmp_path: Path) -> None:
    if told.startswith("paper") and not shutil.which("pdftotext"):
        pytest.skip("pdftotext: not there; install poppler-utils")
    citizen = hard_named(SELECTOR)
    record = record_of(citizen)
    spoil(record)
    (tmp_path / "record.json").write_text(json.dumps(record))

    done = kiosk.take_out(
        card_of(citizen), tmp_path / "a.pdf", "--options", json.dumps(OPTIONS), "--expected", tmp_path / "record.json"
    )

    assert re.fullmatch(told + r".*\n", done.stderr), done.stderr
    assert done.returncode == 1
    assert citizen.name not in done.stdout + done.stderr


def test_a_chain_that_normalises_names_is_found_out(tmp_path: Path) -> None:
    family = CITY.family("compatibility-ideograph")
    citizen = next(each for each in family if unicodedata.normalize("NFC", each.name) != each.name)
    (tmp_path / "record.json").write_text(json.dumps(record_of(citizen)))

    with kiosk_before(tmp_path, "--fault", "names_normalised") as kiosk:
        options = ("--options", json.dumps(OPTIONS), "--expected", tmp_path / "record.json")
        done = kiosk.take_out(card_of(citizen), tmp_path / "a.pdf", *options)

    told = r"^items\.persons\[\d\]\.name: code point \d is U\+[0-9A-F]{4}, the record has U\+F"
    assert re.search(told, done.stderr, re.MULTILINE), done.stderr
    assert re.search(r"^paper: string \d+ of \d+ is not there$", done.stderr, re.MULTILINE)
    assert done.returncode == 1


def test_a_refusal_is_one_line_with_its_reason(kiosk: Kiosk, tmp_path: Path) -> None:
    revoked = card_of(CITY.family("card-revoked")[0])

    done = kiosk.take_out(revoked, tmp_path / "a.pdf")

    assert done.stderr == "kiosk: center: Authenticate refused: REASON_CERTIFICATE_REVOKED\n"
    assert done.returncode == 3
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"profile": "nowhere/profile.toml"}, r"--profile: nowhere/profile.toml is not there; start the chain with .*"),
        ({"card": "card-99999999"}, r"--card: .*card-99999999/auth.der is not there; name a card of the box .*"),
        ({"kind": "passport"}, r"--kind: passport is none; use one of residence_certificate, .*"),
        ({"options": '{"show": true}'}, r"--options: residence_certificate has no show; use member_numbers, .*"),
        ({"options": "yes"}, r"--options: is no JSON object; write it like .*"),
        ({"image": __file__}, r"--image: .* holds no kofu.v1.CenterService; make it with .*"),
        ({"out": "/nowhere/a.pdf"}, r"--out: /nowhere/a.pdf is not there; name another path"),
        ({"colour": "red"}, r"Unknown option '--colour'.*; usage: .*"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_wrong_use_is_one_line(kiosk: Kiosk, changed: dict[str, str], told: str, tmp_path: Path) -> None:
    plain = card_of(hard_named(SELECTOR))

    done = kiosk.take_out(**{"card": plain, "out": tmp_path / "a.pdf", **changed})

    assert re.fullmatch(f"kiosk: {told}\n", done.stderr), done.stderr
    assert done.returncode == 2


def test_a_center_that_is_not_there_is_one_line(kiosk: Kiosk, tmp_path: Path) -> None:
    profile = (kiosk.run / "profile.toml").read_text()
    elsewhere = re.sub(r'(\[systems\.center\]\naddress = )"[^"]*"', r'\1"127.0.0.1:1"', profile)
    assert elsewhere != profile
    (tmp_path / "profile.toml").write_text(elsewhere)

    done = kiosk.take_out(card_of(hard_named(SELECTOR)), tmp_path / "a.pdf", profile=tmp_path / "profile.toml")

    assert re.fullmatch(r"kiosk: center: OpenSession failed: (UNAVAILABLE|DEADLINE_EXCEEDED); .*\n", done.stderr)
    assert done.returncode == 3
