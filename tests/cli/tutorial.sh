# SPDX-License-Identifier: GPL-3.0-or-later
# The lines of the classic echo server and client, as they stand in a Python tutorial, pasted into two sessions.
. "$(dirname "$0")/common.sh"

cat >server.py <<'PYTHON'
# Echo server program
import socket

HOST = ''                 # Symbolic name meaning all available interfaces
PORT = 0                  # Arbitrary port
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.bind((HOST, PORT))
s.listen(1)
here = s.getsockname()
print(here[1])
conn, addr = s.accept()
print('Connected by', addr)
data = conn.recv(1024)
conn.sendall(data)
conn.close()
PYTHON
cat >client.py <<'PYTHON'
# Echo client program
import socket

HOST = '127.0.0.1'    # The remote host
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.connect((HOST, PORT))
s.sendall(b'Hello, world')
data = s.recv(1024)
s.close()
print('Received', repr(data))
PYTHON

mkfifo said
"$SOSH" -q server.py >said 2>server.err &
server=$!
exec 4<said
read -r -t 20 port <&4
run 0 -q -v "PORT=$port" client.py
says out "^Received b?['\"]Hello, world['\"]$"
silent err
read -r -t 20 connected <&4
[[ $connected =~ ^Connected\ by\ .*127\.0\.0\.1 ]] || fail "the server said: $connected"
wait "$server" || fail "the server's exit status is $?"
[[ -s server.err ]] && fail "the server complains: $(cat server.err)"
finish
