#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs one command file as a test, in a temporary directory of its own: the exit status must be 0 and nothing may be
# complained of. What lies in FILE without .sosh and with .d is copied into that directory first.
#
# usage: SOSH=PROGRAM run_script.sh FILE.sosh
#
# A file that is to end otherwise says so in comments:
#   #: exit 1                the exit status
#   #: stderr REGEX          what standard error must hold (extended, one line); several lines: each of them
#   #: stdout REGEX          the same of standard output
#   #: args A B              the script's arguments
#   #: options --json -k     the options; without it -q
#   #: needs ipv6            skipped where ::1 is not there
#   #: needs lab             skipped where network namespaces are refused
set -u
file=$(realpath -- "$1")
room=$(mktemp -d "${TMPDIR:-/tmp}/sosh-test.XXXXXX") || exit 1
trap 'rm -rf -- "$room"' EXIT
cd -- "$room" || exit 1
if [[ -d ${file%.sosh}.d ]]; then cp -r -- "${file%.sosh}.d/." . || exit 1; fi
export HOME=$room XDG_STATE_HOME=$room/.state XDG_CONFIG_HOME=$room/.config

said() { sed -n "s/^#: $1 *//p" "$file"; }

if said needs | grep -q ipv6 && ! grep -q '^0*1 ' /proc/net/if_inet6 2>/dev/null; then
	echo "skipped: no ::1 here"
	exit 77
fi

if said needs | grep -q lab && ! unshare -Urn true 2>/dev/null && ! unshare -n true 2>/dev/null; then
	echo "skipped: no network namespaces here"
	exit 77
fi

read -ra arguments <<<"$(said args)"
options=(-q)
if grep -q '^#: options' "$file"; then read -ra options <<<"$(said options)"; fi
wanted=$(said exit)

"$SOSH" ${options[@]+"${options[@]}"} "$file" ${arguments[@]+"${arguments[@]}"} >.stdout 2>.stderr </dev/null
status=$?
verdict=0

# Lines of the stream $1 that its regexes ask for; without any, standard error must be empty.
check_stream() {
	local regex count=0
	while IFS= read -r regex; do
		count=1
		if ! grep -qE -- "$regex" ".$1"; then
			echo "$1 does not hold: $regex"
			verdict=1
		fi
	done < <(said "$1")
	if [[ $1 == stderr && $count == 0 && -s .stderr ]]; then
		echo "complaints that nobody expected"
		verdict=1
	fi
}

if [[ $status != "${wanted:-0}" ]]; then
	echo "exit status $status, expected ${wanted:-0}"
	verdict=1
fi
check_stream stdout
check_stream stderr
if [[ $verdict != 0 ]]; then
	echo "--- standard output:"
	head -c 4000 .stdout
	echo "--- standard error:"
	head -c 4000 .stderr
fi
exit $verdict
