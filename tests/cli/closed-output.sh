# SPDX-License-Identifier: GPL-3.0-or-later
# A closed standard output ends sosh without noise.
. "$(dirname "$0")/common.sh"

yes 'print "a line of output"' | head -n 20000 >many.sosh
# The reader goes away after one line.
timeout 30 "$SOSH" -q many.sosh 2>err | head -n 1 >out
status=${PIPESTATUS[0]}
exactly out 'a line of output'
silent err
[[ $status != 124 && $status != 139 && $status != 134 ]] || fail "exit status $status"

timeout 30 "$SOSH" --json many.sosh 2>err | head -n 1 >/dev/null
silent err

# No standard output at all; and one that is full.
timeout 30 "$SOSH" -c 'socket; print x' >&- 2>err
[[ $? -le 2 ]] || fail "closed standard output: exit status above 2"
if [[ -w /dev/full ]]; then
	timeout 30 "$SOSH" -c 'print x' >/dev/full 2>err
	status=$?
	[[ $status != 0 && $status -le 2 ]] || fail "full standard output: exit status $status"
fi

# Sockets do not take the place of a standard stream that was closed at the start.
timeout 30 "$SOSH" -q -c 'a, b = socketpair; send a x; recv b => "x"; recv 9' >&- 2>&- <&-
[[ $? == 1 ]] || fail "without any standard stream: exit status is not 1"
finish
