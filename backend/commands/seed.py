"""`congdan seed --scale`: dossiers by the hundred thousand in a demonstration, to see how fast it is with them."""

from time import perf_counter

from backend.commands.options import Commands, Env, Options, count, open_container

DOSSIERS = 200_000


def add(commands: Commands, _env: Env) -> None:
    command = commands.add_parser("seed", help="fill a demonstration with dossiers to measure it with")
    command.add_argument("--scale", action="store_true", required=True, help="dossiers of people who do not exist")
    command.add_argument("--dossiers", type=count, default=DOSSIERS, help=f"how many in all ({DOSSIERS:,})")
    command.set_defaults(run=seed_scale)


def seed_scale(options: Options) -> int:
    """Adds what is missing; again adds nothing."""
    began = perf_counter()
    with open_container() as city:
        added = city.dossiers.scale_seed().run(options.dossiers, lambda said: print(said, flush=True))
    print(f"{added:,} dossiers added in {perf_counter() - began:.0f} s")
    return 0
