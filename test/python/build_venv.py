"""Builds the tests' virtual environment: build_venv.py <venv folder> <requirements.txt> <stamp>

Run by test/setup/python.ts. The lock is the operating system's, so one left by a killed build is never in the way.
"""

import fcntl
import shutil
import subprocess
import sys
import venv
from pathlib import Path

LOCK, STAMP = ".lock", ".built-from"
PIP = "26.3"


def main(folder: Path, requirements: Path, stamp: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_built(folder, stamp):  # by whoever held the lock before
            return
        clear(folder)
        venv.create(folder, with_pip=True)
        pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
        # What comes with Python 3.11 compares each release of a package with nine hundred tags, one by one: half of its time.
        subprocess.run([*pip, "install", "--no-compile", f"pip=={PIP}"], check=True)
        # Bytecode is made of what is imported, when it is: making it of everything takes a third of the time.
        subprocess.run([*pip, "install", "--no-compile", "--requirement", requirements], check=True)
        keep_bytecode(folder)
        (folder / STAMP).write_text(stamp)  # last: only a finished build has one


def keep_bytecode(folder: Path) -> None:
    """Whatever PYTHONDONTWRITEBYTECODE says of the user's own: here programs of a thousand modules start again and again."""
    (site_packages,) = folder.glob("lib/python*/site-packages")
    (site_packages / "keep_bytecode.pth").write_text("import sys; sys.dont_write_bytecode = False\n")


def is_built(folder: Path, stamp: str) -> bool:
    written = folder / STAMP
    return written.exists() and written.read_text() == stamp and (folder / "bin" / "python").exists()


def clear(folder: Path) -> None:
    (folder / STAMP).unlink(missing_ok=True)  # first: a half-cleared environment must not look built
    for entry in folder.iterdir():
        if entry.name == LOCK:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
