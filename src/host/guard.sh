#!/bin/sh
# Runs a command as its child and lets nothing outlive the process that started it.
#
#   sh guard.sh DIRECTORY|- FAMILY|- -- COMMAND [ARGUMENT...]
#
# Standard input is a pipe whose write end that process alone holds. The kernel closes it however the
# process ends, SIGKILL included; end of file therefore means: kill the child at once, remove DIRECTORY.
# TERM, INT and HUP become a TERM to the child. The guard ends with its child, with the child's status.
# FAMILY is the value that SPOE_BENCH_FAMILY has in the command and so in all that it starts: what is left
# of them when the child has ended is killed too (Linux).

directory=$1
family=$2
shift 3

child=
interrupted=
orphaned=
trap 'interrupted=1; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM INT HUP
trap 'interrupted=1; orphaned=1' USR1

remove_directory() {
  [ "$directory" = - ] || rm -rf -- "$directory"
}

# Again until there are none: one can start another between our looking and our killing.
kill_family() {
  [ "$family" = - ] && return
  for round in 1 2 3 4 5 6 7 8 9; do
    members=$(grep -ls "SPOE_BENCH_FAMILY=$family" /proc/[0-9]*/environ)
    [ -n "$members" ] || return
    for member in $members; do
      member=${member#/proc/}
      kill -KILL "${member%/environ}"
    done
  done
}

# A background job gets /dev/null as standard input (POSIX, "Asynchronous Lists"), so the pipe moves to 3.
exec 3<&0

"$@" 3<&- &
child=$!

# One process, so that one KILL ends it: `read` is built in, `cat` would stay behind. It ignores what a
# terminal or a process group is sent, for a child may ignore TERM and still has to be killed later.
{
  trap '' TERM INT HUP QUIT
  while read -r line; do :; done
  kill -USR1 $$
  kill -KILL "$child"
  kill_family
  remove_directory
} <&3 3<&- >/dev/null 2>&1 &
reader=$!

# Whoever reads the child's output sees its end when the child ends; and some shells report kills aloud.
exec 3<&- >/dev/null 2>&1

# A signal can have come before there was a child to pass it to.
[ -z "$interrupted" ] || kill -TERM "$child"

# A signal cuts `wait` short, with 128 + n; it is asked again while there is a child. Bash can collect the
# child between the two, and then would wait for ever or answer -1: the signal's number stands in there.
while :; do
  interrupted=
  wait "$child"
  status=$?
  if [ -z "$interrupted" ] || ! kill -0 "$child"; then break; fi
done

# USR1 comes before the reader starts to remove, so a reader stopped half way is made good here.
kill -KILL "$reader"
kill_family
[ -z "$orphaned" ] || remove_directory
exit "$status"
