# What both demos share: a terminal's progress, the intermediary, two sides under an
# agreement, and the way cases go. Sourced by demo.sh, in the work folder.

sideline="$SL_BIN/sideline"
failed=0

progress() { [ ! -t 2 ] || printf '\r\033[K%s' "$*" >&2; }
say() { progress; printf '%s\n' "$@"; }
title() { say '' "== $*"; }
die() { progress; printf 'demo: %s\n' "$*" >&2; exit 1; }

# As a party: as blue-ops cases
as() {
  local profile=$1
  shift
  "$sideline" "$@" --profile "$profile.profile" --quiet
}

# The same where a conflict (1) or an undecided verdict (2) is no failure.
ask() {
  local status=0
  as "$@" || status=$?
  [ "$status" -le 2 ] || die "sideline $2 failed as $1 ($status)"
}

public_key() { "$sideline" keygen --print "$1" | sed -n 's/^public key *//p'; }

# PARTY SERVER: who speaks, with which key, to whom.
profile() {
  printf 'server = %s\nca = line/tls.crt\nkeyid = %s/%s/1\nkey = %s.key\nvkey = %s\n' \
    "$2" "${1%%-*}" "${1#*-}" "$1" "$vkey" > "$1.profile"
}

# The intermediary, on a free port of loopback (or where $listen says), with a certificate made
# for the occasion. A function configure, where there is one, changes its configuration.
start_intermediary() {
  progress "starting the intermediary"
  local side tries=0
  for side in blue red; do "$sideline" keygen "$side-focal.key" > /dev/null; done
  vkey=$("$SL_BIN/sidelined" --init line --tls-self-signed --listen "${listen:-127.0.0.1:0}" --liaison off \
    --side "blue=$(public_key blue-focal.key)" --side "red=$(public_key red-focal.key)" | sed -n 's/^vkey = //p')
  if declare -F configure > /dev/null; then configure; fi
  : > daemon.log   # there before the first look at it
  "$SL_BIN/sidelined" line/sidelined.conf > daemon.log 2>&1 &
  echo "$!" >> pids
  until server=$(sed -n 's/.*event=listening url=\([^ ]*\).*/\1/p' daemon.log) && [ -n "$server" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { cat daemon.log >&2; die "the intermediary does not start"; }
    sleep 0.1
  done
}

# Both sides are founded by the keys that the liaison was given, and agree on a line.
# Arguments: further options of `agree make`.
found_sides() {
  progress "founding two sides"
  local side
  for side in blue red; do
    profile "$side-focal" "$server"
    as "$side-focal" admin init --role duty --effective +200ms > /dev/null
  done
  sleep 0.3
  as blue-focal agree make --line north --sides blue,red "$@" north.json > /dev/null
  as red-focal agree sign north.json > /dev/null
  as red-focal agree post north.json > /dev/null
  sleep 0.1
}

# PARTY CLASS: enrolled by the side's focal point; effective a moment later.
enrol() {
  "$sideline" keygen "$1.key" > /dev/null
  profile "$1" "$server"
  as "${1%%-*}-focal" admin enrol --party "${1#*-}" --class "$2" --role duty --public-key "$(public_key "$1.key")" --effective +200ms > /dev/null
}

# At most three pieces of each plan; the rest is counted.
pieces() {
  awk '$1 == "in" { if (++n <= 3) print; next }
    { if (n > 3) printf "    and %d more pieces\n", n - 3; n = 0; print }
    END { if (n > 3) printf "    and %d more pieces\n", n - 3 }'
}

# Names of a party's cases in any of the states.
cases_in() {
  local party=$1
  shift
  ask "$party" cases | awk -v states=" $* " 'NR > 1 && index(states, " " $3 " ") { print $1 }'
}

# Round after round: every party answers what is proposed to it, until no case of any
# party is on its way. Names in $declined are declined. Arguments: the parties.
settle() {
  local deadline=$((SECONDS + 40)) party name busy=1
  while [ "$busy" = 1 ]; do
    busy=0
    for party in "$@"; do
      for name in $(cases_in "$party" proposed); do
        progress "$party answers the proposal for $name"
        ask "$party" cases --state proposed | awk -v name="$name" -v party="$party" '$1 == name { sub(/^.*proposed */, ""); print party " is asked: " name ", " $0 }' >> answers.log
        case " ${declined:-} " in
          *" $name "*) as "$party" answer decline "$name" >> answers.log || true ;;
          *) as "$party" answer accept "$name" >> answers.log || true ;;
        esac
      done
      [ -z "$(cases_in "$party" open proposed answered)" ] || busy=1
    done
    [ "$SECONDS" -lt "$deadline" ] || { say "some cases are still on their way; they would go on"; busy=0; }
    [ "$busy" = 0 ] || sleep 0.4
  done
}

# PARTY: its cases and how each ended, and what its intents in them read now.
ended() {
  local names
  names=$(cases_in "$1" open proposed answered resolved unresolved)
  [ -n "$names" ] || return 0
  # shellcheck disable=SC2086
  ask "$1" intents $names | awk -v party="$1" 'NR > 1 {
    end = $NF == "resolved" ? "resolved" : "standing"
    now = $4 == "CLEAR" ? "no conflict known now" : "still " $4
    printf "  %-12s %-24s %-10s %s\n", party, $1, end, now }'
}

# Both logs of a party and the roll-up, by our own verifier and by the independent one.
verify() {
  local party=$1
  as "$party" log verify --against "logs/$party" | sed 's/^/  /' || die "the log of $party does not verify"
  if /usr/bin/python3 -c 'import nacl' 2> /dev/null; then
    /usr/bin/python3 "$here/../tools/verify.py" slot "logs/$party/party/vkey" "logs/$party/party" \
      "logs/$party/rollup/vkey" "logs/$party/rollup" "logs/$party/slot.json" | sed 's/^/  tools\/verify.py: /' ||
      die "tools/verify.py does not verify the log of $party"
  else
    say "  tools/verify.py is left out: it needs python3-nacl"
  fi
}

# A tick after the last answer, so that the roll-up has it.
wait_for_tick() { progress "waiting for the next tick"; sleep 2.2; }
