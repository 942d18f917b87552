"""Seconds of the commands that a newcomer runs first, beside starting and ending the chain alone."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

KOFU = (sys.executable, "-c", "from kofu_spec.cli import main; main()")
ROUNDS = 2


def seconds_of(*arguments: str) -> float:
    """Runs a command to its end, which has to be a good one."""
    began = time.perf_counter()
    done = subprocess.run([*KOFU, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"kofu {' '.join(arguments)}: ended with status {done.returncode}\n{done.stderr[-2000:]}")
    return time.perf_counter() - began


def seconds_to_serve(folder: str) -> float:
    """Starts the chain, waits until it is ready, and ends it."""
    began = time.perf_counter()
    command = [*KOFU, "serve", "all", "--json", "--dir", folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as chain:
        assert chain.stdout is not None
        assert chain.stdin is not None
        for line in chain.stdout:
            if '"ready"' in line:
                break
        chain.stdin.close()
        chain.wait()
    return time.perf_counter() - began


def main() -> None:
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="kofu-bench-") as folder:
            alone = seconds_to_serve(str(Path(folder) / "run"))
            demo = seconds_of("demo", "--out", str(Path(folder) / "demo"))
            check = seconds_of("check", "--reference", "all", "--level", "quick", "--out", str(Path(folder) / "out"))
        print(
            f"chain started and ended {alone:5.1f} s   kofu demo {demo:5.1f} s, ratio {demo / alone:.1f}"
            f"   kofu check --reference all --level quick {check:5.1f} s, ratio {check / alone:.1f}"
        )


if __name__ == "__main__":
    main()
