# Real tracks as plans: call signs RYR* are blue's, EZY* are red's, and each knows its own.
# What the line finds before anything is settled must be what `sideline check` finds.
first_ms=$(set +o pipefail; gzip -cdf "$tracks" 2> /dev/null | head -c 20000 | sed -n 's/.*"timestamp": *\([0-9]*\).*/\1/p' | sed -n 1p)
[ -n "$first_ms" ] || die "$tracks: no track file (it has no timestamp)"
first_day=$((first_ms / 86400000))
shift_days=$(($(date +%s) / 86400 + 2 - first_day))

title "The tracks of $(date -d "@$((first_day * 86400))" +%F), as plans of two sides"
start_intermediary
found_sides --minima crewed,crewed=5NM,1000ft --round 1s --tick 2s --answer 20s --budget 1000000
enrol blue-ops crewed
enrol red-ops crewed
sleep 0.3
for party in blue-ops red-ops; do as "$party" heartbeat > /dev/null; done
say "Blue flies RYR*, red EZY*. Minima 5 NM and 1,000 ft, freedom plus or minus 10 min and 2,000 ft." \
  "The flights are of the past: all times are moved by $shift_days days, into the future. A gap of more" \
  "than 120 s splits a track, and nothing is assumed in between. Rounds last 1 s for this demo."

# PARTY PREFIX
file_tracks() {
  progress "$1 files its tracks"
  local status=0
  "$sideline" submit --profile "$1.profile" --class crewed --freedom 10min,2000ft --only "$2" --shift-days "$shift_days" \
    --no-granules "$tracks" > "$1.out" 2> "$1.notes" || status=$?
  [ "$status" -le 2 ] || { cat "$1.notes" >&2; die "submit failed as $1 ($status)"; }
  sed "s/^.*: \([0-9]* x note: \)/  $1: \1/" "$1.notes"
  say "  $1: $(tail -n 1 "$1.out")"
}
file_tracks blue-ops RYR
file_tracks red-ops EZY
sleep 1.2

title "Before settling: the conflicts"
progress "checking the same file without a server"
"$sideline" check --minima 5NM,1000ft,5s --across RYR,EZY "$tracks" > check.out || [ "$?" -le 2 ] || die "sideline check failed"
awk '$1 ~ /^RYR/ && $2 ~ /^EZY/ { print $1, $2 } $1 ~ /^EZY/ && $2 ~ /^RYR/ { print $2, $1 }' check.out | sort -u > check.pairs
for party in blue-ops red-ops; do
  names=$(cases_in "$party" open proposed answered resolved unresolved)
  # shellcheck disable=SC2086
  [ -z "$names" ] || ask "$party" intents --granules $names
done > line.out
awk -v A=RYR -v B=EZY -f "$here/demo/pairs.awk" line.out | sort -u > line.pairs
awk '$4 == "CONFLICT" && $1 != "in" { print $1 }' line.out | sort -u > line.names
tr ' ' '\n' < check.pairs | sort -u > check.names
say "The line adds 5 s to every window (clock synchronisation), so check is asked with the same:" \
  "  sideline check --minima 5NM,1000ft,5s --across RYR,EZY" ""
printf '  %-24s %s\n' "found by check" "told on the line"
paste -d '|' check.pairs line.pairs | awk -F '|' '{ printf "  %-24s %s\n", $1, $2 }'
if cmp -s check.pairs line.pairs && cmp -s check.names line.names; then
  say "" "The same $(wc -l < check.pairs) pairs. (Only this demo sees both sides; each was told of its own plans alone.)"
else
  say "" "They differ:"
  diff check.pairs line.pairs || true
  diff check.names line.names || true
  failed=1
fi

title "Proposals and answers"
settle blue-ops red-ops
sed 's/^/  /' answers.log 2> /dev/null || say "  nothing was proposed"

title "How each case ended"
for party in blue-ops red-ops; do ended "$party"; done

title "The evidence"
wait_for_tick
for party in blue-ops red-ops; do verify "$party"; done
[ "$failed" = 0 ] || die "the conflicts on the line are not those that check finds"
