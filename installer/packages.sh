# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-3.0-or-later
# The packages Lathe is built, run and checked with, and the functions the scripts of this folder share.
# Sourced by installer/run, installer/test, installer/screenshots and .ci/run; works on Debian 12 and Ubuntu 24.04.
# "a|b" stands for the first of the two that the distribution has.

readonly BUILD_PACKAGES=(
    g++ cmake ninja-build ccache mold pkg-config dpkg-dev file
    qt6-base-dev qt6-base-dev-tools qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools
    libqt6opengl6-dev "qt6-svg-dev|libqt6svg6-dev" "qt6-charts-dev|libqt6charts6-dev" libgl-dev libopengl-dev libegl-dev
    qcoro-qt6-dev qtkeychain-qt6-dev libcli11-dev libexpected-dev libseccomp-dev libzstd-dev libsqlite3-dev nettle-dev
    libeigen3-dev libstemmer-dev
)
readonly RUN_PACKAGES=(libsqlite3-0 libqt6svg6 bubblewrap poppler-utils util-linux python3 nodejs libsecret-1-0
    fonts-dejavu-core qt6-translations-l10n)
readonly TEST_PACKAGES=(libqt6sql6-sqlite xvfb xauth desktop-file-utils appstream git openssl)
readonly CHECK_PACKAGES=("clang-format-14|clang-format" "clang-tidy-14|clang-tidy" gcovr
    "clang-14|clang" "libclang-rt-14-dev|libclang-rt-dev")

SOURCE_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly SOURCE_DIR

say() { printf '\033[1m== %s\033[0m\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Without a terminal there is no colour.
[ -t 1 ] || say() { printf '== %s\n' "$*"; }

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

is_known() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }

# missing_of PACKAGE... : prints those that are not installed; of "a|b" nothing if one of them is.
missing_of() {
    local wanted name found
    for wanted in "$@"; do
        found=
        for name in ${wanted//|/ }; do
            if is_installed "$name"; then
                found=yes
                break
            fi
        done
        [ -n "$found" ] || printf '%s\n' "$wanted"
    done
}

# resolve PACKAGE... : prints one name of each that apt knows; sets UNKNOWN to those it knows none of.
resolve() {
    local wanted name found
    RESOLVED=()
    UNKNOWN=()
    for wanted in "$@"; do
        found=
        for name in ${wanted//|/ }; do
            if is_known "$name"; then
                RESOLVED+=("$name")
                found=yes
                break
            fi
        done
        [ -n "$found" ] || UNKNOWN+=("$wanted")
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# install_packages PACKAGE... : installs what is missing of them, and nothing else.
install_packages() {
    command -v apt-get >/dev/null ||
        die "This needs Debian 12, Ubuntu 24.04 or a system of their kind (apt-get was not found)." \
            "Install these packages or what your system calls them: $*"
    local missing
    mapfile -t missing < <(missing_of "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Packages to install: ${missing[*]}"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            die "Packages are missing, and neither are you root nor is there sudo. As root run:" \
                "apt-get install --no-install-recommends ${missing[*]//|*/}"
        sudo -n true 2>/dev/null || echo "sudo will ask for your password to install them."
    fi
    resolve "${missing[@]}"
    if [ ${#UNKNOWN[@]} -gt 0 ]; then
        say "Fetching the lists of packages"
        as_root apt-get -q -o Acquire::Retries=3 update ||
            die "The lists of packages could not be fetched. Is there a network connection?"
        resolve "${missing[@]}"
    fi
    [ ${#UNKNOWN[@]} = 0 ] ||
        die "Your distribution has no package ${UNKNOWN[*]}. Lathe needs Debian 12, Ubuntu 24.04 or newer."
    local try=("${RESOLVED[@]}")
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
        install --no-install-recommends "${try[@]}"; then
        # The lists may be older than the archive.
        say "Trying again with fresh lists of packages"
        as_root apt-get -q -o Acquire::Retries=3 update ||
            die "The lists of packages could not be fetched. Is there a network connection?"
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 \
            install --no-install-recommends "${try[@]}" ||
            die "apt-get could not install: ${try[*]} (its message is above)."
    fi
}

# sandbox_works : whether bubblewrap may do its work here, for a user without rights.
sandbox_works() {
    local drop=()
    [ "$(id -u)" != 0 ] || drop=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs)
    "${drop[@]}" bwrap --unshare-all --unshare-user --disable-userns --ro-bind / / true 2>/dev/null
}

# ensure_sandbox : Ubuntu 24.04 forbids user namespaces to programs without an AppArmor profile; it has one for
# bubblewrap, which is only not switched on. Where nothing helps, the tool code_executor stays unavailable.
ensure_sandbox() {
    sandbox_works && return 0
    local profile=/usr/share/apparmor/extra-profiles/bwrap-userns-restrict
    if [ "$(cat /proc/sys/kernel/apparmor_restrict_unprivileged_userns 2>/dev/null)" = 1 ]; then
        say "Switching on the AppArmor profile that lets bubblewrap make sandboxes"
        install_packages apparmor apparmor-profiles
        if [ -f $profile ]; then
            as_root cp $profile /etc/apparmor.d/
            as_root apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict || warn "The profile could not be loaded."
        fi
        sandbox_works && return 0
    fi
    warn "User namespaces are forbidden on this machine, so code_executor will be unavailable: lathectl doctor says more."
    return 1
}

# configure PRESET [CMAKE ARGUMENT...] : runs CMake only if its answer could differ from the last one.
configure() {
    local preset=$1 folder=$SOURCE_DIR/build/$1
    shift
    local home
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$folder/CMakeCache.txt" 2>/dev/null || true)
    if [ -n "$home" ] && [ "$home" != "$SOURCE_DIR" ]; then
        warn "build/$preset belongs to $home: it is made anew."
        rm -rf "$folder"
    fi
    if [ -f "$folder/build.ninja" ] && [ "$(cat "$folder/.arguments" 2>/dev/null)" = "$*" ] &&
        [ "$folder/.arguments" -nt "$SOURCE_DIR/CMakePresets.json" ]; then
        return 0
    fi
    say "Configuring ($preset)"
    mkdir -p "$folder"
    (cd "$SOURCE_DIR" && cmake --preset "$preset" "$@") >"$folder/configure.log" 2>&1 || {
        tail -n 40 "$folder/configure.log" >&2
        die "CMake failed; all it said is in $folder/configure.log"
    }
    printf '%s' "$*" >"$folder/.arguments"
}

# build PRESET [TARGET...] : shows progress; a line every 5 % where output is not a terminal.
build() {
    local folder=$SOURCE_DIR/build/$1
    shift
    say "Building $* (folder build/$(basename "$folder"))"
    local begin=$SECONDS
    if [ -t 1 ]; then
        NINJA_STATUS='[%f/%t %es] ' ninja -C "$folder" "$@" || die "The build failed."
    else
        NINJA_STATUS='@%f/%t@ ' ninja -C "$folder" "$@" 2>&1 | awk '
            match($0, /^@[0-9]+\/[0-9]+@ /) {
                split(substr($0, 2, RLENGTH - 3), n, "/")
                if (n[2] > 0 && (int(n[1] * 20 / n[2]) > last || n[1] == n[2])) {
                    last = int(n[1] * 20 / n[2]); printf "   %3d %% (%d of %d)\n", n[1] * 100 / n[2], n[1], n[2]
                    fflush()
                }
                next
            }
            /^ninja: (Entering|no work)/ { next }
            { print; fflush() }' || die "The build failed."
    fi
    echo "   built in $((SECONDS - begin)) s"
}
