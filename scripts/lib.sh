# shellcheck shell=bash
# scripts/lib.sh: what the scripts share; sourced, not run.
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# Packages of the named groups (scripts/packages.txt), one a line.
packages_of() {
	local group
	for group in "$@"; do
		awk -v g="$group" '$1 == g { print $2 }' "$top/scripts/packages.txt"
	done | sort -u
}

package_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ] && return 0
	# Node.js also comes as its makers' own package, which brings npm along.
	case $1 in nodejs) command -v node ;; npm) command -v npm ;; *) false ;; esac >/dev/null
}

# Installs what is missing of the named groups; as root, or through sudo.
install_packages() {
	local missing=() package sudo=()
	command -v dpkg-query >/dev/null ||
		die "this script installs Debian packages; elsewhere, install what scripts/packages.txt names"
	for package in $(packages_of "$@"); do
		package_installed "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -eq 0 ] && return 0
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null ||
			die "not root and no sudo; an administrator can run: apt-get install ${missing[*]}"
		sudo=(sudo)
	fi
	say "installing ${#missing[@]} packages: ${missing[*]}"
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || die "apt-get update failed"
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		"${missing[@]}" >/dev/null || die "apt-get install failed; see above"
}

# Configures and builds a preset; quiet unless it fails: build_preset NAME [cmake --build arguments]
build_preset() {
	local preset=$1 log
	shift
	if ! log=$(cd "$top" && { cmake --preset "$preset" && cmake --build --preset "$preset" "$@"; } 2>&1); then
		tail -n 60 <<<"$log" >&2
		say "error: building preset $preset failed"
		return 1
	fi
}
