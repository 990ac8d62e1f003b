#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs examples/echo-server.sosh and examples/echo-client.sosh beside each other, as two terminals would.
#
# usage: SOSH=PROGRAM run_echo_pair.sh EXAMPLES
set -eu
examples=$1
room=$(mktemp -d "${TMPDIR:-/tmp}/sosh-test.XXXXXX")
server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null; rm -rf -- "$room"' EXIT
export HOME=$room XDG_STATE_HOME=$room/.state XDG_CONFIG_HOME=$room/.config

mkfifo "$room/server"
"$SOSH" -q "$examples/echo-server.sosh" 0 >"$room/server" &
server=$!
exec 3<"$room/server"
read -r -t 10 port <&3
"$SOSH" -q "$examples/echo-client.sosh" "$port" >"$room/client"
wait "$server"
server=
read -r -t 10 greeting <&3
[[ $greeting == "connected by 127.0.0.1:"* ]]
grep -qx 'received Hello, world' "$room/client"
