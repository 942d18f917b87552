"""OpenSC and two PC/SC clients at once drive the card in a virtual reader. [1.8, 3.3.9, 3.3.10]

vpcd listens on every address, so everything runs in a network and mount namespace of its own. What of Debian's packages
is missing here is named as the reason for leaving these tests out; `.ci/setup` installs them where it may.
"""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from reference.tests.cards import PIN, SIGNATURE_PIN, CardFolder, whole_card

from kofu_reference.card import alone
from kofu_reference.card_command import card as card_command

MISSING = [*alone.missing(), *(["opensc"] if shutil.which("pkcs11-tool") is None else [])]
NAMESPACES = subprocess.run(["unshare", "--mount", "--net", "true"], capture_output=True, check=False).returncode == 0
pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"left out: Debian's {', '.join(MISSING)} not installed"),
    pytest.mark.skipif(not NAMESPACES, reason="left out: no namespaces of its own may be made here"),
]
with_pyscard = pytest.mark.skipif(
    importlib.util.find_spec("smartcard") is None, reason="left out: pyscard (extra pcsc) not installed"
)


@pytest.fixture
def folder(tmp_path: Path) -> CardFolder:
    return whole_card(tmp_path / "card")


def beside(folder: CardFolder, *program: str, by_standard: bool = False) -> str:
    """Runs a program beside the card; what it said, both streams, whatever its status."""
    # pcsc-lite waits without end in places; a story that hangs is a story that failed.
    command = ["timeout", "--signal=KILL", "60", *alone.command(folder.path, by_standard=by_standard, program=program)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout


def script(folder: CardFolder, text: str, *, by_standard: bool = False) -> str:
    return beside(folder, "sh", "-c", text, by_standard=by_standard)


def test_opensc_knows_the_card_and_shows_both_keys_and_both_pins(folder: CardFolder) -> None:
    said = script(folder, "opensc-tool --atr; opensc-tool --name; pkcs15-tool --dump")
    assert "3b:e0:00:ff:81:31:fe:45:14" in said.splitlines()
    assert "jpki" in said.splitlines()
    for shown in (
        "PIN [User Authentication PIN]",
        "PIN [Digital Signature PIN]",
        "Private RSA Key [User Authentication Key]",
        "Private RSA Key [Digital Signature Key]",
    ):
        assert said.count(shown) == 1
    assert "Tries left     : 3" in said
    assert "Tries left     : 5" in said


@pytest.mark.parametrize(("name", "slot", "pin", "key_id"), [("auth", 0, PIN, "01"), ("sign", 1, SIGNATURE_PIN, "02")])
def test_openssl_verifies_what_pkcs11_tool_lets_the_card_sign(
    folder: CardFolder, tmp_path: Path, name: str, slot: int, pin: str, key_id: str
) -> None:
    (tmp_path / "data").write_bytes(b"challenge of the center")
    sign = f"pkcs11-tool --slot-index {slot} --login --pin {pin} --sign --mechanism SHA256-RSA-PKCS --id {key_id}"
    said = script(folder, f"{sign} -i {tmp_path}/data -o {tmp_path}/signature")
    assert (tmp_path / "signature").is_file(), said
    certificate = ["openssl", "x509", "-inform", "DER", "-in", str(folder.path / f"{name}.der"), "-pubkey", "-noout"]
    (tmp_path / "key.pem").write_bytes(subprocess.run(certificate, capture_output=True, check=True).stdout)
    verify = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "data"]
    assert subprocess.run(verify, cwd=tmp_path, capture_output=True, check=False).stdout == b"Verified OK\n"


LOCKED_AS_SHOWN = {True: "CKR_PIN_LOCKED", False: "CKR_GENERAL_ERROR"}
"""OpenSC has a word only for the lock as the standard says it, not as real cards do."""


@pytest.mark.parametrize("by_standard", [True, False])
def test_three_wrong_pins_lock_as_the_tools_report_it(folder: CardFolder, by_standard: bool) -> None:
    login = "pkcs11-tool --login --sign --mechanism SHA256-RSA-PKCS --id 01 -i /dev/null -o /dev/null --pin"
    tries = "; ".join(f"{login} {pin}" for pin in ("9999", "9999", "9999", PIN))
    said = script(folder, f"{tries}; pkcs15-tool --list-pins; pkcs11-tool --list-slots", by_standard=by_standard)
    assert said.count("CKR_PIN_INCORRECT") == 3
    assert said.count(LOCKED_AS_SHOWN[by_standard]) == 1
    assert "Tries left     : 0" in said
    assert "user PIN locked" in said
    assert folder.tries() == 0


KIOSK = """
import sys
from kofu_reference.card.pcsc import PcscCard, readers
from kofu_reference.card.reader import JpkiReader
assert readers()[0] == "Virtual PCD 00 00", readers()
card = PcscCard("Virtual PCD 00 00")
reader = JpkiReader(card)
reader.select_application()
reader.read_certificate()
print(reader.tries_left(), reader.verify(sys.argv[1]), flush=True)
"""
IMPATIENT = """
import os
os.environ["PCSCLITE_NO_BLOCKING"] = "1"  # otherwise pcsc-lite lets a second client wait, and tells it nothing
"""
STRANGER = """
import sys
from smartcard import scard
_, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
_, handle, _ = scard.SCardConnect(context, "Virtual PCD 00 00", scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T1)
def send(text):
    status, answer = scard.SCardTransmit(handle, scard.SCARD_PCI_T1, list(bytes.fromhex(text)))
    if status == scard.SCARD_E_SHARING_VIOLATION:
        return "held"
    return bytes(answer[-2:]).hex() if status == scard.SCARD_S_SUCCESS else "gone"
def signs():
    "Whether the card signs for one who has typed no PIN."
    digest_info = "3031300d060960864801650304020105000420" + "00" * 32
    statuses = [send("00A4020C020017"), send("802A008033" + digest_info + "00")]
    return "held" if "held" in statuses else statuses[-1]
"""


@with_pyscard
def test_nobody_signs_on_the_pin_of_a_citizen_at_the_kiosk(folder: CardFolder) -> None:
    story = (
        'print("while the kiosk holds the reader:", signs())\n'
        "signature = reader.sign(b'challenge')\n"
        "card.reset()\n"
        "scard.SCardReconnect(handle, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T1, scard.SCARD_LEAVE_CARD)\n"
        'print("after it:", signs(), send("00A4040C0AD392F000260100000001"), signs())\n'
    )
    said = beside(folder, sys.executable, "-c", IMPATIENT + STRANGER + KIOSK + story, PIN).splitlines()
    assert said == ["3 PinAccepted()", "while the kiosk holds the reader: held", "after it: 6d00 9000 6982"]


@with_pyscard
def test_without_a_transaction_a_stranger_would_sign(folder: CardFolder) -> None:
    """Why the kiosk holds the reader: two clients that only share it are one to the card."""
    careless = "from kofu_reference.card.pcsc import PcscCard\nPcscCard._hold = lambda _: 0\n"
    story = STRANGER + careless + KIOSK + 'print("shared:", signs())\n'
    assert beside(folder, sys.executable, "-c", story, PIN).splitlines() == ["3 PinAccepted()", "shared: 9000"]


@with_pyscard
def test_killed_kiosk_leaves_no_pin_behind(folder: CardFolder, tmp_path: Path) -> None:
    killed = tmp_path / "kiosk.py"
    killed.write_text(KIOSK + "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    story = (
        STRANGER.replace(
            "def signs", "import subprocess\nsubprocess.run([sys.executable, sys.argv[1], sys.argv[2]])\ndef signs"
        )
        + "scard.SCardReconnect(handle, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T1, scard.SCARD_LEAVE_CARD)\n"
        + "print('afterwards:', signs())\n"
    )
    said = beside(folder, sys.executable, "-c", story, str(killed), PIN).splitlines()
    assert said == ["3 PinAccepted()", "afterwards: 6d00"]


@with_pyscard
def test_reader_that_another_program_holds_is_refused_and_not_waited_for(folder: CardFolder) -> None:
    story = STRANGER + (
        "from kofu_reference.card.pcsc import PcscCard, ReaderInUse\n"
        "scard.SCardBeginTransaction(handle)\n"
        "try:\n    PcscCard('Virtual PCD 00 00', wait_seconds=0.3)\n"
        "except ReaderInUse:\n    print('in use', flush=True)\n"
        "import os\nos._exit(0)\n"
    )
    assert beside(folder, sys.executable, "-c", story).splitlines() == ["in use"]


@with_pyscard
def test_card_that_is_taken_out_is_gone_to_the_reader(folder: CardFolder) -> None:
    story = KIOSK + (
        "from kofu_reference.card.reader import CardGone\n"
        "import os, signal\n"
        "os.kill(os.getppid(), signal.SIGSTOP)\n"
        "os.kill(int(open(f'/proc/{os.getppid()}/task/{os.getppid()}/children').read().split()[0]), signal.SIGTERM)\n"
        "try:\n    reader.verify('0000')\nexcept CardGone:\n    print('gone', flush=True)\n"
        "os.kill(os.getppid(), signal.SIGCONT)\n"
    )
    assert beside(folder, sys.executable, "-c", story, "0000").splitlines() == ["3 PinRejected(tries_left=2)", "gone"]


def test_program_that_is_not_there_is_named_in_one_line(folder: CardFolder) -> None:
    said = CliRunner().invoke(card_command, ["nobody", "--box", str(folder.path.parent), "--alone", "--", "true"])
    assert said.exit_code == 2
    assert beside(folder, "no-such-program") == "kofu: no-such-program: no such program; install it, or name another\n"
