"""Files: scanning, reading, publishing and locking, the same on every system."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as a scan saw it; two equal values mean that nobody has touched it in between."""

    path: Path
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    is_regular: bool


class Files:
    """The file system. All paths are absolute; nothing here ever edits or removes a source file."""

    def scan(self, folder: Path) -> list[Seen]:
        """Everything directly in a folder, by name. OSError when the folder cannot be read now.

        A file that vanishes while we look is simply not listed.
        """
        found = []
        with os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    found.append(_seen(folder / entry.name, entry.stat(follow_symlinks=False)))
        return sorted(found, key=lambda seen: seen.path.name)

    def look(self, path: Path) -> Seen | None:
        """One file as it is now; None when there is none."""
        try:
            return _seen(path, path.lstat())
        except (FileNotFoundError, NotADirectoryError):
            return None

    def open_read(self, path: Path) -> BinaryIO:
        """Open for reading without following a link; OSError when it cannot be read (or is locked)."""
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
        flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        return os.fdopen(os.open(path, flags), "rb")

    def is_locked(self, path: Path) -> bool:
        """Whether somebody still holds the file for writing, as far as the system can tell.

        Windows refuses to open such a file; elsewhere an advisory lock is looked for.
        """
        try:
            with self.open_read(path) as source:
                return not _try_shared_lock(source)
        except PermissionError:
            return sys.platform == "win32"
        except OSError:
            return False

    def copy_in(self, source: Path, folder: Path) -> tuple[str, Path, Seen]:
        """Copy a file into a content-addressed folder: (SHA-256, path of the copy, the source as read).

        OSError when it cannot be read; RuntimeError when it changed while being read, or is no
        regular file. The copy appears whole or not at all; equal bytes are stored once.
        """
        folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        before = self.look(source)
        partial = folder / f".{os.getpid()}.part"
        with self.open_read(source) as read, partial.open("wb") as write:
            opened = _seen(source, os.fstat(read.fileno()))
            if before is None or not opened.is_regular or opened != before:
                raise RuntimeError("changed while being opened")
            while block := read.read(1 << 20):
                digest.update(block)
                write.write(block)
            write.flush()
            os.fsync(write.fileno())
        if self.look(source) != before:
            partial.unlink()
            raise RuntimeError("changed while being read")
        name = digest.hexdigest()
        kept = folder / name[:2] / name
        kept.parent.mkdir(exist_ok=True)
        if kept.exists():
            partial.unlink()
        else:
            partial.replace(kept)
        return name, kept, before

    def publish(self, path: Path, data: bytes) -> None:
        """Write a file so that a reader sees all of it or none: temporary name, flush, rename.

        FileExistsError when the name is taken: nothing is ever replaced.
        """
        temporary = path.with_name(f".{path.name}.tmp")
        with temporary.open("wb") as write:
            write.write(data)
            write.flush()
            os.fsync(write.fileno())
        try:
            _rename_new(temporary, path)
        except FileExistsError:
            temporary.unlink()
            raise
        _sync_folder(path.parent)

    def publish_secret(self, path: Path, data: bytes) -> None:
        """As `publish`, for a file that only its owner may read."""
        temporary = path.with_name(f".{path.name}.tmp")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as write:
            write.write(data)
        _rename_new(temporary, path)

    def replace_secret(self, path: Path, data: bytes) -> None:
        """Put a file that only its owner may read in the place of an older one, in one step."""
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.unlink(missing_ok=True)  # what a crash left may be readable by others
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as write:
            write.write(data)
            write.flush()
            os.fsync(write.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)

    def rewrite(self, path: Path, data: bytes) -> None:
        """Replace one of our own reports in one step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_bytes(data)
        temporary.replace(path)

    def make_folder(self, folder: Path) -> None:
        """Make one of our own folders, with those above it."""
        folder.mkdir(parents=True, exist_ok=True)

    def remove_own(self, path: Path) -> None:
        """Remove a file that we made ourselves; never one of the ERP's."""
        path.unlink(missing_ok=True)

    def lock(self, path: Path) -> IO[Any] | None:
        """Take the operating system's lock on a file; None when another process holds it.

        It is held until the handle is closed or the process ends, however it ends.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("a+b")
        try:
            _lock_exclusively(handle)
        except OSError:
            handle.close()
            return None
        return handle

    def is_remote(self, folder: Path) -> bool:
        """Whether the folder lies on a network share, where the system raises no events."""
        return _is_remote(folder)

    def watch(self, folders: list[Path], hint: Callable[[], None]) -> Callable[[], None]:
        """Call `hint` whenever something happens in these folders; gives what stops it.

        Native events only, and only hints: the scan is the truth. Folders that cannot be watched
        now are left to the scan.
        """
        from watchdog.events import FileSystemEvent, FileSystemEventHandler
        from watchdog.observers import Observer

        class Bell(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                if event.event_type not in ("opened", "closed_no_write"):
                    hint()

        observer = Observer()
        for folder in folders:
            with contextlib.suppress(OSError):
                observer.schedule(Bell(), str(folder), recursive=False)
        observer.start()

        def stop() -> None:
            observer.stop()
            observer.join()

        return stop


def _seen(path: Path, status: os.stat_result) -> Seen:
    return Seen(
        path,
        status.st_size,
        status.st_mtime_ns,
        # Windows keeps the creation time here; it tells as little as it harms.
        status.st_ctime_ns,
        status.st_ino,
        stat.S_ISREG(status.st_mode),
    )


def _rename_new(source: Path, target: Path) -> None:
    if sys.platform == "win32":
        source.rename(target)  # refuses an existing target by itself
        return
    try:
        os.link(source, target)  # as `rename`, but refuses an existing target
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links (FAT, some shares): look, then rename
        if target.exists():
            raise FileExistsError(str(target)) from None
        source.rename(target)
    else:
        source.unlink()


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # a folder cannot be synced there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


if sys.platform == "win32":
    import ctypes
    import msvcrt

    def _try_shared_lock(handle: BinaryIO) -> bool:
        return True  # opening it at all was the probe

    def _lock_exclusively(handle: IO[Any]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)

    def _is_remote(folder: Path) -> bool:
        text = str(folder.absolute())
        if text.startswith("\\\\"):
            return True
        return bool(ctypes.windll.kernel32.GetDriveTypeW(folder.absolute().anchor) == 4)

else:
    import fcntl

    def _try_shared_lock(handle: BinaryIO) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        fcntl.flock(handle, fcntl.LOCK_UN)
        return True

    def _lock_exclusively(handle: IO[Any]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _is_remote(folder: Path) -> bool:
        kind = _mounted_as(folder)
        return kind in {
            "nfs",
            "nfs4",
            "cifs",
            "smb3",
            "smbfs",
            "afpfs",
            "webdav",
            "9p",
            "fuse.sshfs",
        }

    def _mounted_as(folder: Path) -> str:
        """The file system under a folder, where the system lists its mounts; "" elsewhere."""
        mounts = Path("/proc/mounts")
        if not mounts.exists():
            return ""
        best, kind = "", ""
        for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
            point, found = line.split()[1:3]
            if str(folder.absolute()).startswith(point) and len(point) >= len(best):
                best, kind = point, found
        return kind
