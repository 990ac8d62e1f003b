# SPDX-License-Identifier: GPL-3.0-or-later
# Reading a file that never comes (a FIFO without a writer) ends with Ctrl-C.
. "$(dirname "$0")/common.sh"

mkfifo never
"$SOSH" -c 'source never' >out 2>err &
pid=$!
# The signal goes to sosh itself, again and again until it has come that far.
for _ in $(seq 200); do
	kill -INT "$pid" 2>/dev/null || break
	sleep 0.05
done
kill -KILL "$pid" 2>/dev/null
wait "$pid"
status=$?
[[ $status == 1 ]] || fail "exit status $status"
finish
