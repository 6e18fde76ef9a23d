# The day of examples/situation: two sides' plans, and what becomes of them.
day=2014-10-18
shift_days=$((($(date +%s) / 86400 + 2) - $(date -d "$day" +%s) / 86400))
parties='blue-ops blue-tanker red-ops'

title "One day of two sides that do not talk to each other"
start_intermediary
found_sides --minima crewed,crewed=5NM,1000ft --minima crewed,reservation=3NM,1000ft --round 1s --tick 2s --answer 20s
enrol blue-ops crewed
enrol blue-tanker reservation
enrol red-ops crewed
sleep 0.3
say "An intermediary serves $server. Blue and red are founded and agreed on the line \"north\":" \
  "5 NM and 1,000 ft between crewed aircraft, 3 NM and 1,000 ft from a reservation. For this demo rounds" \
  "last 1 s instead of 5 min and ticks 2 s instead of 1 min. The plans of $day are moved by $shift_days days."
for party in blue-ops red-ops; do as "$party" heartbeat > /dev/null; done

for party in $parties; do
  title "${party%%-*}: ${party#*-} files its plans, and is told"
  progress "submitting"
  ask "$party" submit --shift-days "$shift_days" --namespace demo "$here/situation/$party"/*.json | pieces
done

title "What blue is told now that red has filed: its own plans, in pieces, and nothing of red's"
for party in blue-ops blue-tanker; do ask "$party" intents --granules | pieces; done

title "Proposals and answers"
say "Each party is asked about its own plan only. Red declines whatever would move its survey."
declined="survey"
# shellcheck disable=SC2086
settle $parties
sed 's/^/  /' answers.log

title "How each case ended"
for party in $parties; do ended "$party"; done
say "" "A standing conflict stays CONFLICT on every read: the parties still have to give way to" \
  "each other. A case declined, expired, or without a way out reads the same to both."

title "The evidence"
wait_for_tick
for party in blue-ops red-ops; do verify "$party"; done
receipt=$(find blue-ops.profile.state/receipts -name '*.json' | sort | head -n 1)
as blue-ops receipt verify "$receipt" | sed 's/^/  a receipt: /'

title "What to try next"
say "  ./demo TRACKS                    the same on real tracks (.json or .json.gz)" \
  "  build/release/bin/sideline --help          every verb; each has --help with an example" \
  "  ./check                          every test"
