"""A profile that is wrong gets one line: file, field, rule, remedy."""

from pathlib import Path

import pytest
from conformance.tests.zoo import PROFILE, write_profile

from kofu_conformance.profile import ProfileError, load


def test_a_profile_is_read_and_its_paths_are_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_profile(tmp_path / "run")
    monkeypatch.chdir(tmp_path)
    profile = load(Path("run/profile.toml"))
    assert profile.tls.peers["tester"].key == path.parent / "tls.pem"
    assert profile.cards.folder == path.parent / "cards"
    assert profile.clock.base.utcoffset() is not None
    assert profile.systems["center"].test_control
    assert profile.waits.center_seconds == 5.0


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("residents = 40\n", "", "city.residents: field is missing; add it"),
        ("build =", "bild =", "iut.build: field is missing; add it (1 more)"),
        ('role = "all"', 'role = "all"\nroll = 1', "iut.roll: unknown field; take it out"),
        ("127.0.0.1:1", "somewhere", "systems.center.address: 'somewhere' is no host:port; write for example"),
        ("992011", "99201", "city.municipality_code: '99201' is no municipality code; write six digits"),
        ("T10:00:00+09:00", "T10:00:00", "clock.base: has no time zone; write it with an offset"),
        ('authority = "tls.pem"', 'authority = "no.pem"', "tls.authority: no file"),
        ('folder = "cards"', 'folder = "tls.pem"', "cards.folder: no folder"),
        (
            "residents = 40",
            "residents = 0",
            "city.residents: input should be greater than or equal to 1",
        ),
        ('role = "all"', 'role = "kitchen"', "iut.role: input should be 'all', but it is 'kitchen'"),
        ("[systems.center]", "[systems.kitchen]", "systems.kitchen: input should be 'core',"),
        ('clock = "frozen"', 'clock = "melted"', "systems.center.clock: input should be 'frozen', 'offset'"),
        ("[iut]", "[iut", "is no TOML: "),
    ],
)
def test_a_wrong_field_is_named_with_rule_and_remedy(tmp_path: Path, old: str, new: str, line: str) -> None:
    path = write_profile(tmp_path, PROFILE.replace(old, new))
    with pytest.raises(ProfileError) as caught:
        load(path)
    assert str(caught.value).startswith(f"profile.toml: {line}")
    assert "\n" not in str(caught.value)


def test_no_profile_at_all(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.toml", tmp_path):
        with pytest.raises(ProfileError, match="give the path of a profile"):
            load(path)
