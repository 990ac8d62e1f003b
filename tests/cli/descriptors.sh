# SPDX-License-Identifier: GPL-3.0-or-later
# No more descriptors: EMFILE is explained and the session lives on; the soft limit is raised to the hard one.
. "$(dirname "$0")/common.sh"

run 1 -q -k -c 'set nofile 20
repeat 100 socket
print alive
set nofile 200
socket => ok'
exactly out alive
says err 'EMFILE'

hard=$(ulimit -H -n)
if [[ $hard != unlimited && $hard -gt 400 ]]; then
	(ulimit -S -n 64 && "$SOSH" -q -c 'repeat 300 socket => ok') 2>err || fail "the soft limit was not raised"
	silent err
fi

# Started with hardly any descriptors: it says so, or it works.
(ulimit -n 5; timeout 20 "$SOSH" -q -c 'socket' >out 2>err)
[[ $? -le 2 ]] || fail "with five descriptors: exit status above 2"
# A descriptor of sosh's own is none of its handles.
run 1 -q -k -c 'close 3; close 4; close 5; recv 3; print alive'
exactly out alive
finish
