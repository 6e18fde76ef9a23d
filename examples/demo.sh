# The day that ./demo plays, and the same on real tracks. Needs SL_BIN (the programs) and
# SL_WORK (an empty folder of its own); what it starts it names in $SL_WORK/pids.
#
#   examples/demo.sh            the day of examples/situation
#   examples/demo.sh TRACKS     a file of tracks: call signs RYR* on one side, EZY* on the other
set -euo pipefail
export LC_ALL=C TZ=UTC
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tracks=
[ "$#" = 0 ] || tracks=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$SL_WORK"

. "$here/demo/line.sh"
if [ -n "$tracks" ]; then
  . "$here/demo/tracks.sh"
else
  . "$here/demo/day.sh"
fi
