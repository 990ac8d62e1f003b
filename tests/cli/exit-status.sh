# SPDX-License-Identifier: GPL-3.0-or-later
# The exit status: 0 all went as asked, 1 a command failed, 2 usage or syntax.
. "$(dirname "$0")/common.sh"

run 0 -c 'socket'
silent err
run 0 -c ''
run 0 -c 'socket 99 => error'

run 1 -c 'socket 99'
run 1 -c 'recv 7'
run 1 -c 'print $unset'
run 1 -c 's = socket => EPERM'
run 1 -c 'p = 70000; s = socket; bind s 127.0.0.1 $p'

run 2 -c 'rcev 1'
run 2 -c 'socket AF_INTE'
run 2 -c 'print "\q"'
run 2 -c 'bind'
run 2 -c 'socket 1 2 3 4'
run 2 -c 's = socket; settimeout s soon'
run 2 -c 's = socket; bind s 127.0.0.1 70000'
run 2 -c 'print "abc'

# Of several failures the last word is syntax's: nothing has run.
run 2 -c 'print "never"
recv 7
rcev 1'
silent out
run 5 -c 'quit 5'
run 1 -k -c 'recv 7; print on'
says out '^on$|=> "?on'
finish
