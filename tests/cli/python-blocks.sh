# SPDX-License-Identifier: GPL-3.0-or-later
# Python's blocks get an error that says what to type instead.
. "$(dirname "$0")/common.sh"

run 2 -c 'with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
    s.bind(("127.0.0.1", 0))'
says err 's = socket'
for block in 'while True:' 'if not data:' 'for i in range(3):' 'def serve():' 'break'; do
	run 2 -c "$block"
	says err ':1:1: .*(line|one call|block)'
done
finish
