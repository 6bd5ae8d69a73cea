"""The ceremony with an offline root: `export-trust` and `import-trust` on the server, `sign-trust` beside the root.

What runs beside the root (`make-root`, `sign-trust`, `hand-over`) reads the files that it is given and nothing else: no
settings, no database, no network.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from backend.commands.key_remint import require_minted
from backend.commands.options import (
    Commands,
    Env,
    Options,
    add_city_options,
    city_of,
    is_confirmed,
    moment,
    option,
)
from backend.infra.fingerprint import words_of
from backend.infra.key_files import write_atomically
from backend.infra.root_change import change_root, hand_over, make_root, read_root
from backend.infra.system import SystemClock
from backend.infra.trust_ceremony import export_trust, import_trust, sign_trust, summary
from shared_models.clock import to_epoch_s
from shared_models.credential.keys import PublicKey, kid_of

_FOR_ALL: Final = 0o644


def add(keys: Commands, env: Env) -> None:
    out = _command(keys, "export-trust", "write what the offline root is to sign", keys_export)
    add_city_options(out, env)
    out.add_argument("--at", type=moment, help="as of a time to come, such as the end of a grace")
    out.add_argument("--skip", type=int, default=0, choices=range(10), help="versions to leave free before it (0)")
    out.add_argument("out", type=Path, help="the file to carry to the root; the same in words is OUT.txt")
    sign = _command(keys, "sign-trust", "beside the root: read, compare, sign", keys_sign)
    sign.add_argument("--root", type=Path, required=True, help="the root's private half")
    sign.add_argument("--yes", action="store_true", help="the words were compared")
    sign.add_argument("exported", type=Path)
    sign.add_argument("out", type=Path)
    back = _command(keys, "import-trust", "publish what the root has signed", keys_import)
    add_city_options(back, env)
    back.add_argument("--yes", action="store_true", help="also while codes of a lost key are not minted anew")
    back.add_argument("signed", type=Path)
    make = _command(keys, "make-root", "beside the root: make one", keys_make_root)
    make.add_argument("--root", type=Path, required=True, help="file for the private half; it stays here")
    make.add_argument("--public", type=Path, required=True, help="file for the public half, for the server")
    over = _command(keys, "hand-over", "beside the root: name the root that follows", keys_hand_over)
    over.add_argument("--root", type=Path, required=True, help="the old root's private half")
    over.add_argument("--to", type=Path, required=True, help="the new root's public half")
    over.add_argument("out", type=Path)
    change = _command(keys, "change-root", "on the server: name the root", keys_change_root)
    option(change, "--keys", env.get("CONGDAN_KEYS_DIR"), Path)
    change.add_argument("--public", type=Path, required=True, help="the root's public half")
    change.add_argument("--handover", type=Path, help="the old root's word for it")
    change.add_argument("--yes", action="store_true", help="also without a handover")


def keys_export(options: Options) -> int:
    """Writes the bytes and the words."""
    now = SystemClock().now()
    payload = export_trust(options.keys, options.public, city_of(options), now, as_of=options.at, skip=options.skip)
    text = "\n".join(summary(payload))
    write_atomically(options.out, payload, _FOR_ALL)
    write_atomically(options.out.with_name(f"{options.out.name}.txt"), f"{text}\n".encode(), _FOR_ALL)
    print(text)
    print(f"next, beside the root: congdan keys sign-trust --root root.pem {options.out.name} signed.cwt")
    return 0


def keys_sign(options: Options) -> int:
    """Shows what the bytes say, asks, signs; 1 when the answer was no."""
    payload = options.exported.read_bytes()
    for line in summary(payload):
        print(line)
    if not is_confirmed("Are these the words that the server's paper shows?", is_answered=options.yes):
        print("nothing was signed")
        return 1
    write_atomically(options.out, sign_trust(payload, options.root), _FOR_ALL)
    print(f"signed: {options.out}; next, on the server: congdan keys import-trust {options.out.name}")
    return 0


def keys_import(options: Options) -> int:
    """Checks and publishes."""
    token, now = options.signed.read_bytes(), SystemClock().now()
    require_minted(options, to_epoch_s(now))
    trust = import_trust(options.keys, options.public, city_of(options), token, now)
    print(f"published trust list version {trust.version}, {len(trust.keys)} keys, hosts {', '.join(trust.hosts)}")
    return 0


def keys_make_root(options: Options) -> int:
    """Makes a root and shows its fingerprint."""
    public = make_root(options.root, options.public)
    print(f"made {options.root} (keep it here) and {options.public} (for the server)")
    _tell_fingerprint(public)
    return 0


def keys_hand_over(options: Options) -> int:
    """Signs the new root's name with the old root."""
    new = read_root(options.to)
    write_atomically(options.out, hand_over(options.root, new, SystemClock().now()), _FOR_ALL)
    print(f"{options.out}: the old root hands over to")
    _tell_fingerprint(new)
    return 0


def keys_change_root(options: Options) -> int:
    """Names the root on the server; 1 when nobody wants it without a handover."""
    new = read_root(options.public)
    _tell_fingerprint(new)
    handover = options.handover.read_bytes() if options.handover else None
    question = "Without a handover no phone of a production city follows by itself. Go on?"
    is_first = not (options.keys / "keys.json").exists()
    if handover is None and not is_first and not is_confirmed(question, is_answered=options.yes):
        print("nothing was changed")
        return 1
    change_root(options.keys, new, handover, SystemClock().now())
    print("next: congdan keys export-trust, sign-trust with the new root, import-trust")
    return 0


def _tell_fingerprint(public: PublicKey) -> None:
    print(f"  kid    {kid_of(public).hex()}")
    print(f"  words  {words_of(public.x + public.y)}")


def _command(keys: Commands, name: str, meaning: str, run: Callable[[Options], int]) -> Any:
    command = keys.add_parser(name, help=meaning)
    command.set_defaults(run=run)
    return command
