# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of the command line share. Sourced; the program is in SOSH.
set -u
room=$(mktemp -d "${TMPDIR:-/tmp}/sosh-test.XXXXXX") || exit 1
trap 'rm -rf -- "$room"' EXIT
cd -- "$room" || exit 1
export HOME=$room XDG_STATE_HOME=$room/.state XDG_CONFIG_HOME=$room/.config
verdict=0

fail() {
	echo "line ${BASH_LINENO[-2]}: $*"
	verdict=1
}

# run STATUS ARGUMENT…: runs sosh, keeps its output in out and err; standard input is the caller's.
run() {
	local wanted=$1 status
	shift
	"$SOSH" "$@" >"$room/out" 2>"$room/err"
	status=$?
	[[ $status == "$wanted" ]] && return
	fail "sosh $*: exit status $status, expected $wanted"
	head -c 2000 "$room/out" "$room/err"
}

# says out|err REGEX: what was said holds it.
says() {
	grep -qE -- "$2" "$room/$1" && return
	fail "$1 does not hold: $2"
	head -c 2000 "$room/$1"
}

# silent out|err: nothing was said there.
silent() {
	[[ -s $room/$1 ]] || return 0
	fail "$1 is not empty"
	head -c 2000 "$room/$1"
}

# exactly out|err TEXT: that was said and nothing else.
exactly() {
	[[ $(cat "$room/$1") == "$2" ]] && return
	fail "$1 is not: $2"
	head -c 2000 "$room/$1"
}

finish() {
	exit $verdict
}
