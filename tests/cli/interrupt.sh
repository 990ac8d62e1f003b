# SPDX-License-Identifier: GPL-3.0-or-later
# SIGINT while a script waits: the call ends with EINTR and the script with it.
. "$(dirname "$0")/common.sh"

printf 'a, b = socketpair\nprint waiting\nrecv a\nprint "not reached"\n' >script.sosh
mkfifo said

# interrupted SIGNAL OPTION…: starts the script, sends the signal when it waits; status and outputs are kept.
interrupted() {
	local signal=$1 first
	shift
	# Job control gives the child its own group, and SIGINT its default action.
	set -m
	"$SOSH" -q "$@" script.sosh >said 2>err &
	local child=$!
	set +m
	exec 4<said
	read -r -t 20 first <&4
	sleep 0.2
	kill "-$signal" "$child"
	cat <&4 >out
	exec 4<&-
	wait "$child"
	status=$?
	[[ $first == waiting ]] || fail "the script did not begin"
}

interrupted INT
silent out
says err 'script\.sosh:3:.*EINTR'
[[ $status == 1 || $status == 130 ]] || fail "exit status $status after SIGINT"

# Going on after failures is no reason to go on after Ctrl-C.
interrupted INT -k
silent out
says err 'script\.sosh:3:.*EINTR'
[[ $status == 1 || $status == 130 ]] || fail "-k: exit status $status after SIGINT"

interrupted TERM
silent out
[[ $status == 143 || $status == 1 ]] || fail "exit status $status after SIGTERM"

# A wait that expects it goes on.
printf 'a, b = socketpair\nprint waiting\nrecv a => EINTR\nprint "goes on"\n' >script.sosh
for option in -q -k; do
	interrupted INT $option
	exactly out 'goes on'
	silent err
	[[ $status == 0 ]] || fail "$option: exit status $status after an expected SIGINT"
done
finish
