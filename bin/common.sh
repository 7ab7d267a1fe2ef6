# What bin/run, bin/test and bin/bench share: the tools they need and the build of the workspace's pages.
# Sourced, not run. Each function says what it does in the line above it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
readonly root target
cd "$root"

say() { printf '\n== %s\n' "$*" >&2; }

fail() {
  printf '\nerror: %s\n' "$*" >&2
  exit 1
}

# Stops with the remedy when a tool that every build needs is missing or too old.
check_tools() {
  [ -d "$HOME/.cargo/bin" ] && PATH=$PATH:$HOME/.cargo/bin
  command -v cargo >/dev/null || fail "cargo is missing: install Rust 1.95 or newer with rustup, then open a new shell."
  command -v cc >/dev/null || fail "a C compiler is missing (SQLite is built from source): apt-get install build-essential"
  command -v node >/dev/null || fail "Node.js is missing: install version 20.19 or newer."
  command -v npm >/dev/null || fail "npm is missing: it comes with Node.js; on Debian: apt-get install npm"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old: 20.19 or newer is needed."
}

# One line that changes when any of the given files or folders changes.
fingerprint() {
  find "$@" -type f \
    -not -path '*/node_modules/*' -not -path 'web/dist/*' -not -path 'web/journeys/*' -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

# Installs the packages of a folder's package-lock.json when the lock changed since the last time. Not `npm ci`: it
# refuses a lock made where the registry lacks some other platform's optional packages. This, too, keeps to the lock
# (versions and checksums) and does not write it.
npm_install() {
  local folder=$1 stamp=$1/node_modules/.rapport-lock now
  now=$(sha256sum <"$folder/package-lock.json")
  if [ "$(cat "$stamp" 2>/dev/null)" != "$now" ]; then
    say "installing the packages of $folder"
    (cd "$folder" && npm install --no-save --no-audit --no-fund --loglevel=error)
    printf '%s\n' "$now" >"$stamp"
  fi
}

# The prebuilt library of DuckDB, and where the build finds it: one package for each kind of machine.
install_duckdb() {
  npm_install crates/analytics/duckdb
  DUCKDB_LIB_DIR=$(compgen -G "$root/crates/analytics/duckdb/node_modules/@duckdb/node-bindings-*" | head -n 1)
  [ -n "$DUCKDB_LIB_DIR" ] || fail "there is no prebuilt library of DuckDB for this machine ($(uname -sm))"
  export DUCKDB_LIB_DIR
}

# Builds the workspace's pages into web/dist when anything they are made of changed.
build_web() {
  local stamp=web/node_modules/.rapport-built now
  npm_install web
  now=$(fingerprint web)
  if [ ! -f web/dist/index.html ] || [ "$(cat "$stamp" 2>/dev/null)" != "$now" ]; then
    say "building the pages"
    (cd web && npm run --silent build)
    fingerprint web >"$stamp"
  fi
}

# Builds the program in the given profile (dev or release); `$rapport` is where it lies.
build_rapport() {
  local profile=$1 folder=$1
  [ "$profile" = dev ] && folder=debug
  install_duckdb
  say "building the program ($profile)"
  cargo build --locked --profile "$profile" --bin rapport
  rapport=$target/$folder/rapport
  place_engine "$target/$folder"
}

# Puts the engine's library beside the program, where it looks first: the two files are the whole product. A new one takes the
# place of the old in one go: written over, it would pull the ground from under a program that runs.
place_engine() {
  local folder=$1 file
  for file in "$DUCKDB_LIB_DIR"/libduckdb.*; do
    cmp -s "$file" "$folder/${file##*/}" && continue
    cp "$file" "$folder/${file##*/}.new"
    mv "$folder/${file##*/}.new" "$folder/${file##*/}"
  done
}

# A port of the loopback address that nobody listens on.
free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}

# Waits until a server answers that it is ready; gives up when its process ends or after the given seconds.
wait_until_ready() {
  local url=$1 pid=$2 seconds=${3:-60} tries
  for ((tries = 0; tries < seconds * 5; tries++)); do
    kill -0 "$pid" 2>/dev/null || return 1
    node -e 'fetch(process.argv[1]).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$url" && return 0
    sleep 0.2
  done
  return 1
}

# A folder with Python packages, made once for each list of them.
install_python() {
  local folder=$1 wanted
  shift
  wanted=$*
  [ "$(cat "$folder/installed" 2>/dev/null)" = "$wanted" ] && return
  say "installing $wanted"
  python3 -m venv "$folder" && "$folder/bin/pip" install --quiet "$@" && printf '%s\n' "$wanted" >"$folder/installed"
}
