# SPDX-License-Identifier: GPL-3.0-or-later
# --sandbox: a private network with loopback up, where ports of the outside are free and low ones allowed.
. "$(dirname "$0")/common.sh"

if ! unshare -Urn true 2>/dev/null && ! unshare -n true 2>/dev/null; then
	run 1 --sandbox -q -c 'socket'
	says err 'namespace'
	[[ $verdict == 0 ]] || finish
	echo "skipped: no namespaces here"
	exit 77
fi
run 0 --sandbox -q -c 'l = socket
bind l 127.0.0.1 80 => 0
listen l
c = create_connection 127.0.0.1:80 => ESTABLISHED
u = socket
connect u 192.0.2.1 80 => ENETUNREACH'
silent err
finish
