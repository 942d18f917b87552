"""The command `kofu card`: a card of the card box in a PC/SC reader. [1.8]"""

import subprocess
import sys
from pathlib import Path

import rich_click as click

from kofu_reference.card import alone, vpcd
from kofu_reference.card.box import CardBox
from kofu_reference.card.jpki import AS_ISSUED, BY_STANDARD, VirtualCard
from kofu_reference.card.memory import CardMemory, CardUnreadable


class WrongUse(click.ClickException):
    """Wrong use or configuration."""

    exit_code = 2


def _address(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise click.BadParameter(f"{value} is no host:port; write for example 127.0.0.1:35963", ctx=ctx, param=param)
    return host, int(port)


@click.command()
@click.argument("card_id")
@click.argument("program", nargs=-1, type=click.UNPROCESSED)
@click.option("--box", type=click.Path(path_type=Path), default=Path("kofu-run/cards"), show_default=True,
              help="Card box, as `kofu serve all` writes it.")  # fmt: skip
@click.option("--reader", callback=_address, default=f"127.0.0.1:{vpcd.PORT}", show_default=True, metavar="HOST:PORT",
              help="Where vpcd, the virtual reader, listens.")  # fmt: skip
@click.option("--blocked", type=click.Choice(["6984", "6983"]), default="6984", show_default=True,
              help="What a locked PIN answers: 6984 as real cards do, 6983 as OpenSC expects.")  # fmt: skip
@click.option("--alone", "by_itself", is_flag=True,
              help="Run PROGRAM beside a PC/SC service that only it and the card can reach.")  # fmt: skip
def card(
    card_id: str, program: tuple[str, ...], box: Path, reader: tuple[str, int], blocked: str, by_itself: bool
) -> None:
    """Put a card of the card box into a PC/SC reader, until the reader closes or Ctrl-C.

    カードをPC/SCの仮想リーダに置く。

    With --alone: kofu card CARD_ID --alone -- pkcs15-tool --dump
    """
    if program and not by_itself:
        raise WrongUse(f"PROGRAM: {program[0]} needs --alone; add it, or run the program yourself")
    if by_itself and not program:
        raise WrongUse("PROGRAM: is missing; name what to run beside the card, after --")
    folder = CardBox(box).folder_of(card_id)
    if folder is None:
        raise WrongUse(f"CARD_ID: {box} holds no card {card_id}; look there for its folders, or name another --box")
    try:
        CardMemory(folder).read()
        in_hand = VirtualCard(folder, BY_STANDARD if blocked == "6983" else AS_ISSUED)
        if by_itself:
            sys.exit(subprocess.run(alone.command(folder, by_standard=blocked == "6983", program=program)).returncode)
        with vpcd.slot(*reader) as slot:
            click.echo(f"card {card_id} lies in the reader at {reader[0]}:{reader[1]}; Ctrl-C takes it out", err=True)
            slot.serve(in_hand)
    except (CardUnreadable, alone.CannotBeAlone, vpcd.ReaderUnreachable) as error:
        raise WrongUse(str(error)) from error
