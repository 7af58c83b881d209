"""Where the local stack keeps what it makes: all of it under .local, but for .venv, which editors look for."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
LOGS = LOCAL / "logs"
DEVELOPMENT = ROOT / ".venv"
SAM = LOCAL / "venvs" / "sam"
MINISTACK = LOCAL / "venvs" / "ministack"
