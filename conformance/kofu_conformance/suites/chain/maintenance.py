"""Nobody but maintenance staff operates the kiosk's program. [3.3.4]"""

from collections.abc import Iterator
from typing import Final

from google.protobuf.message import Message

from kofu.v1 import maintenance_pb2
from kofu_conformance.engine import check
from kofu_conformance.testers.answer import Answer
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.maintenance import Login, MaintenanceClient

REFUSED: Final = "REASON_MAINTENANCE_REFUSED"
GUESSES: Final = 12
"""Wrong passwords in a row, after which the right one must not open at once."""


@check("3.3.4", exclusive=True, needs=("kiosk",))
def only_the_right_password_opens(chain: Chain) -> None:
    """
    Someone comes to the maintenance interface without a login, with a guessed or altered token, with wrong passwords
    that look like the right one, under another staff number, and goes on guessing.

    > パスワードにより、（中略）キオスク端末保守員以外のものはキオスク端末のプログラムを操作できない仕組みとする。

    Nothing is shown, recorded or changed, and after a series of guesses even the right password has to wait.
    """
    staff = chain.maintenance()
    login = staff.login
    token = staff.token()
    chain.story.step("logged in with the right password; its token altered, left out, guessed")
    staff.status(token).granted("the state, for staff who have logged in")
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    for stranger in (altered, "guess", login.staff_id, login.password):
        for answer in _every_act(chain, staff, stranger, login):
            answer.refused(REFUSED, code="operated_without_login")
    chain.story.trigger("3.3.4")

    chain.story.step("wrong passwords that look like the right one, and another staff number")
    for password in _near(login.password):
        staff.log_in(login.staff_id, password).refused(code="wrong_password_opens")
    staff.log_in("KOFU-NOBODY", login.password).refused(REFUSED, code="unknown_staff_opens")

    chain.story.step(f"{GUESSES} guesses, then the right one")
    for guess in range(GUESSES):
        staff.log_in(login.staff_id, f"guess {guess}").refused(REFUSED, code="wrong_password_opens")
    staff.log_in(login.staff_id, login.password).refused(REFUSED, code="guessing_is_not_hampered")
    chain.story.trigger("3.3.4")


def _every_act(chain: Chain, staff: MaintenanceClient, token: str, login: Login) -> Iterator[Answer[Message]]:
    """Act after act, each judged before the next: what only shows comes before what changes."""
    yield staff.status(token)
    yield staff.forgotten(token)
    yield staff.record(token, chain.terminals[0], maintenance_pb2.FORGOTTEN_ITEM_KIND_CARD)
    yield staff.change_password(token, login.password, "a stranger's new password")


def _near(password: str) -> list[str]:
    """Wrong ones that a sloppy comparison takes for the right one."""
    return [password[:-1], password + " ", password.swapcase(), password[::-1]]
