"""A PostgreSQL server of the tests' own, on a socket in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "not-to-be-shown"


def programs() -> Path | None:
    """The folder of Debian's server programs, of the newest version; None if there is none."""
    found = [
        each.parent
        for each in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if (each.parent / "pg_ctl").exists()
    ]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


def why_not() -> str | None:
    """Why no server can be started here; None if one can."""
    if programs() is None:
        return "PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "the server refuses to run as root, and there is no setpriv to run it as another"
    return None


@contextmanager
def running_server() -> Iterator[str]:
    """Addresses of a fresh server with one database; stopped and removed afterwards."""
    # Not pytest's folder: another user must be able to enter it, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="mentor-pg-"))
    as_user = _as_unprivileged(folder)
    data, binaries = folder / "data", programs()

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_user, str(binaries / program), *arguments],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PGDATA": str(data)},
        )

    try:
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        run("initdb", "-U", "reader", "-A", "scram-sha-256", "--pwfile", str(folder / "password"))
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "start", "-w", "-o", options, "-l", str(folder / "log"))
        try:
            yield f"postgresql://reader:{PASSWORD}@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_unprivileged(folder: Path) -> list[str]:
    """How to run a program as somebody else than root, who then owns the folder."""
    if os.geteuid() != 0:
        return []
    user = next(each for name in ("postgres", "nobody") for each in _users(name))
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def _users(name: str) -> list[pwd.struct_passwd]:
    return [each for each in pwd.getpwall() if each.pw_name == name]
