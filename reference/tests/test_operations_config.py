"""The configuration of a system: every field documented, every fault one clear line with its remedy."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from click.testing import CliRunner
from pydantic import BaseModel
from reference.tests.running import running

from kofu_reference.cli import serve
from kofu_reference.runtime.config import ConfigurationInvalid, SystemConfig, load_config, section_of
from kofu_reference.runtime.config_text import config_text
from kofu_reference.runtime.identity import configuration_of
from kofu_reference.runtime.process import SYSTEMS, run
from kofu_reference.runtime.rundirectory import OperationsShared

LEAST: dict[str, Any] = {
    "system": "inquiry",
    "identity": "inquiry-1.inquiry.jlis.kofu.invalid",
    "certificate": "a.pem",
    "key": "a.key",
    "authority": "authority.pem",
    "data_folder": "data",
}


def written(folder: Path, **more: Any) -> Path:
    path = folder / "system.toml"
    path.write_text(tomli_w.dumps({**LEAST, **more}), "utf-8")
    return path


def line_of(folder: Path, **more: Any) -> str:
    with pytest.raises(ConfigurationInvalid) as invalid:
        load_config(written(folder, **more))
    line = str(invalid.value)
    assert "\n" not in line
    return line.removeprefix(f"{folder / 'system.toml'}: ")


def fields(section: type[BaseModel], path: str = "") -> Iterator[tuple[str, str | None, bool]]:
    """Every field below a section: its path, its description, and whether it is a section itself."""
    for name, field in section.model_fields.items():
        inner = section_of(field.annotation)
        yield f"{path}{name}", field.description, inner is not None
        if inner is not None:
            yield from fields(inner, f"{path}{name}.")


def test_every_field_is_documented_in_both_languages() -> None:
    undocumented = [
        path
        for path, description, is_section in fields(SystemConfig)
        if not is_section and not re.search(r"[ぁ-ん一-龠ァ-ヶ].* / .*[a-z]", description or "", re.DOTALL)
    ]
    assert undocumented == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_printed_is_a_configuration(system: str, tmp_path: Path) -> None:
    """As it is, and with every field taken out of its comment: each shows a value that keeps its rule."""
    text = config_text(system)
    path = tmp_path / "printed.toml"
    path.write_text(text, "utf-8")
    assert (load_config(path).system, load_config(path).areas) == (system, ())
    all_set = re.sub(r"^#(\[|[a-z_]+ = )", r"\1", text, flags=re.MULTILINE)
    path.write_text(all_set, "utf-8")
    assert (load_config(path).system, len(load_config(path).areas)) == (system, system == "issuing")
    assert len(tomllib.loads(all_set)["operations"]) == 8


def test_what_only_another_system_reads_is_not_printed() -> None:
    assert "\nfont = " in config_text("issuing")
    assert "font" not in config_text("center")
    assert "\nocsp_url = " in config_text("center")


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({"prot": 1}, "prot: is not a known field; did you mean port?"),
        ({"waits": {"render_second": 1}}, "waits.render_second: is not a known field; did you mean render_seconds?"),
        ({"operations": {"loglevel": "info"}}, "operations.loglevel: is not a known field; did you mean log_level?"),
        (
            {"peers": {"relay": {"address": "h:1", "identity": "i", "adress": "h:1"}}},
            "peers.relay.adress: is not a known field; did you mean address?",
        ),
        (
            {"clock": {"zzz": 1}},
            "clock.zzz: is not a known field; take it out, or use one of mode, instant, counts_from",
        ),
    ],
)
def test_unknown_fields_are_refused_with_a_suggestion(tmp_path: Path, more: dict[str, Any], line: str) -> None:
    assert line_of(tmp_path, **more) == line


@pytest.mark.parametrize(
    ("more", "start"),
    [
        ({"port": 70000}, "port: input should be less than or equal to 65535; mend this field; `kofu serve"),
        ({"waits": {"render_seconds": 0}}, "waits.render_seconds: input should be greater than 0; mend"),
        ({"operations": {"log_level": "loud"}}, "operations.log_level: input should be 'debug', 'info', 'warning'"),
        ({"operations": {"traces": "file"}}, 'operations: traces_file is required where traces is "file"; mend'),
        ({"peers": {"relay": {"address": "nowhere", "identity": "i"}}}, "peers.relay.address: string should match"),
    ],
)
def test_a_value_that_breaks_its_rule_is_named_with_rule_and_remedy(
    tmp_path: Path, more: dict[str, Any], start: str
) -> None:
    assert line_of(tmp_path, **more).startswith(start)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"short", "operations.pseudonym_key: {key} has to hold 32 bytes or more; fill it with random bytes"),
        (None, "{key}: No such file or directory; mend the configuration"),
    ],
)
def test_an_unusable_key_ends_the_process_with_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes | None, line: str
) -> None:
    key = tmp_path / "pseudonyms.key"
    if content is not None:
        key.write_bytes(content)
    assert run(written(tmp_path, operations={"pseudonym_key": str(key)})) == 2
    assert capfd.readouterr().err == f"kofu: {line.format(key=key)}\n"


def test_servers_of_a_site_are_watched_apart_and_do_the_same(tmp_path: Path) -> None:
    """Ports and files of each differ; what the site's builds are compared by does not. [P.8]"""
    shared = OperationsShared(traces_to_files=True)
    with running(tmp_path, servers=2, residents=1, operations=shared) as chain:
        first, second = (load_config(chain.chain.config_of(node)) for node in ("issuing", "issuing-2"))
    assert first.operations.port != second.operations.port
    assert first.operations.traces_file != second.operations.traces_file
    assert first.operations.pseudonym_key == second.operations.pseudonym_key
    assert configuration_of(first) == configuration_of(second)


def test_a_peer_that_is_called_and_not_configured_is_one_line() -> None:
    from kofu_reference.runtime import channel

    with pytest.raises(ConfigurationInvalid, match=r"^peers\.relay: the inquiry calls the relay; say its address"):
        channel(SystemConfig.model_validate(LEAST), "relay")


def test_the_command_prints_it() -> None:
    told = CliRunner().invoke(serve, ["issuing", "--print-config"])
    assert (told.exit_code, told.output) == (0, config_text("issuing"))
    wrong = CliRunner().invoke(serve, ["isuing", "--print-config"])
    assert wrong.exit_code == 2
    assert "SYSTEM: isuing is not a system; did you mean issuing?" in wrong.output
    for_all = CliRunner().invoke(serve, ["all", "--print-config"])
    assert (for_all.exit_code, "SYSTEM: one system is needed" in for_all.output) == (2, True)


def test_a_misspelt_field_is_named_rather_than_the_one_that_is_missing(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text("utf-8").replace("identity", "identty"), "utf-8")
    with pytest.raises(ConfigurationInvalid, match=r": identty: is not a known field; did you mean identity\?$"):
        load_config(path)
