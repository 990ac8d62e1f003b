# SPDX-License-Identifier: GPL-3.0-or-later
# A file that sources itself, directly or through another, ends with a complaint and not with a crash.
. "$(dirname "$0")/common.sh"

printf 'print in\nsource self.sosh\n' >self.sosh
run 1 -q self.sosh
says err 'self\.sosh:2:'
[[ $(stat -c %s err) -lt 20000 ]] || fail "$(stat -c %s err) bytes of complaint"

printf 'source b.sosh\n' >a.sosh
printf 'source a.sosh\n' >b.sosh
run 1 -q a.sosh
says err 'source'

# With -k it ends as well.
timeout 20 "$SOSH" -q -k self.sosh >out 2>err
[[ $? == 1 ]] || fail "-k: exit status is not 1"
finish
