#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# set calls on: the calls of commands, of jobs and of what waited; not with -q, and always in JSON.
. "$(dirname "$0")/common.sh"

# Which descriptors are free is the caller's: what is shown has D for them.
plain() {
	sed -E 's/^(   \w+\()[0-9]+/\1D/' out >plain
	mv plain out
}

run 0 -c 'a, b = socketpair; set calls on; send a hello; set calls off; send a again'
plain
exactly out '=> [1, 2]
=> 0
=> 5
   sendto(D, "hello", 5, MSG_DONTWAIT|MSG_NOSIGNAL, NULL, 0) = 5
=> 0
=> 5'

run 0 -q -c 'set calls on; a, b = socketpair; send a hello; recv b; recv b 1 MSG_DONTWAIT => EAGAIN'
silent out
silent err

# what waited: the try that had to wait, and the one that ended it; a job's calls stand below its announcement
run 0 -c 'a, b = socketpair; set calls on; recv b 10 &; sleep 0.05; send a hello; wait %1'
grep -q '^%1 => "hello"' out || fail "no announcement"
lines=$(sed -n '/^%1 => /,/^=>/p' out | grep -c '^   recvfrom(')
[[ $lines == 2 ]] || fail "$lines calls below the announcement, not 2"
says out '^   recvfrom\([0-9]+, 0x[0-9a-f]+, 10, MSG_DONTWAIT, NULL, NULL\) = -1 EAGAIN \(Resource temporarily unavailable\)$'
says out '^   recvfrom\([0-9]+, "hello", 10, MSG_DONTWAIT, NULL, NULL\) = 5$'

# the setting says nothing to JSON
run 0 --json -c 'set calls off; a, b = socketpair; set calls on; set calls off; send a hello'
says out '"calls":\[\{"name":"socketpair","text":"socketpair\(AF_UNIX, SOCK_STREAM\|SOCK_CLOEXEC, 0, \[[0-9]+, [0-9]+\]\)","result":0,'
says out '"calls":\[\{"name":"sendto","text":"sendto\([0-9]+, \\"hello\\", 5, MSG_DONTWAIT\|MSG_NOSIGNAL, NULL, 0\)","result":5,"errno":null,'

# every call of a command that makes several
run 0 -c 'set calls on; create_server 127.0.0.1 0'
[[ $(sed -nE 's/^   (\w+)\(.*\) = [0-9]+$/\1/p' out | tr '\n' ' ') == 'socket setsockopt bind listen ' ]] ||
	fail "create_server makes other calls: $(cat out)"
run 1 -c 'set calls on; connect 1 127.0.0.1 1'
says err 'no handle 1'
run 1 -c 's = socket; set calls on; connect s 127.0.0.1 1'
says out '^   connect\([0-9]+, \{sa_family=AF_INET, sin_port=htons\(1\), sin_addr=inet_addr\("127.0.0.1"\)\}, 16\) = -1 ECONNREFUSED \(Connection refused\)$'

# a close that is cut short says so: the option that ends its wait is shown
run 0 -c 'l = create_server 127.0.0.1 0; h = getsockname l; c = create_connection $h; setsockopt c SO_LINGER 1 50
setsockopt c SO_SNDBUF 2000000; send c "x"*10000000 MSG_DONTWAIT; set calls on; close c &; cancel %1'
says out '^   shutdown\([0-9]+, SHUT_RDWR\) = 0$'
says out '^   setsockopt\([0-9]+, SOL_SOCKET, SO_LINGER, \{l_onoff=0, l_linger=0\}, 8\) = 0$'
says out '^   close\([0-9]+\) = 0$'
finish
