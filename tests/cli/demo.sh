#!/bin/bash
# examples/demo.sh as a test: PROGRAMS [TRACKS]. It ends well and in time, says how each case
# ended, verifies the logs, writes no progress into a pipe and leaves nothing running.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ "$#" = 2 ] && [ ! -r "$2" ]; then
  echo "SKIP: cli/demo_tracks: the tracks are in ../shared"
  exit 0
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/sideline-demo-test.XXXXXX")
clean_up() {
  [ ! -e "$work/pids" ] || kill $(cat "$work/pids") 2> /dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

fail() { echo "demo.sh: $*"; cat "$work/out" "$work/err"; exit 1; }
wants() { grep -Eq -- "$1" "$work/out" || fail "nothing says: $1"; }

mkdir "$work/play"
started=$SECONDS
status=0
(umask 077 && SL_BIN="$1" SL_WORK="$work/play" bash "$root/examples/demo.sh" "${@:2}") > "$work/out" 2> "$work/err" || status=$?
[ ! -e "$work/play/pids" ] || mv "$work/play/pids" "$work/pids"
[ "$status" = 0 ] || fail "it ended with $status"
[ "$((SECONDS - started))" -lt 60 ] || fail "it took $((SECONDS - started)) s"
[ ! -s "$work/err" ] || fail "it wrote to standard error"
! grep -q $'\r' "$work/out" || fail "it draws progress into a pipe"
! grep -Eiq 'clearance|permission|approv' "$work/out" || fail "a word that says more than it should"

wants 'verified: line.example/blue/ops'
wants 'verified: line.example/red/ops'
wants 'stands under tick'
! grep -Eq 'still UNDECIDED' "$work/out" || fail "a case ended undecided"
if [ "$#" = 2 ]; then
  wants '^The same [0-9]+ pairs'
  wants 'RYR[0-9A-Z]+ +(resolved|standing)'
  wants 'EZY[0-9A-Z]+ +(resolved|standing)'
else
  for name in relief-sinjar helicopter-sinjar refuelling transport-north; do wants "$name +resolved +no conflict known now"; done
  for name in vip-inbound survey jets-kobani patrol-kobani; do wants "$name +standing +still CONFLICT"; done
  wants 'survey: declined alternative'
  wants 'transport-north: accepted alternative'
fi
echo "done in $((SECONDS - started)) s"
