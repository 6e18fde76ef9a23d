# Pairs of names whose granules meet: `sideline intents --granules` of both sides, names of
# one side begin with A, of the other with B. Granules are coarse, so this is what someone who
# saw both sides' screens could piece together; no side sees the other's.

function seconds(text,   y, m, d) {   # of RFC 3339, from some fixed day
  y = substr(text, 1, 4) + 0; m = substr(text, 6, 2) + 0; d = substr(text, 9, 2) + 0
  if (m < 3) { m += 12; y-- }
  return (365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + d) * 86400 + \
    substr(text, 12, 2) * 3600 + substr(text, 15, 2) * 60 + substr(text, 18, 2)
}

function meets(i, j,   wide) {
  wide = 5 / 60 / cos(south[i] * 0.0174533) * 1.001
  return from[i] < until[j] + 5 && from[j] < until[i] + 5 && south[i] < north[j] + 5 / 60 && south[j] < north[i] + 5 / 60 && \
    west[i] < east[j] + wide && west[j] < east[i] + wide && low[i] < high[j] + 1000 && low[j] < high[i] + 1000
}

$1 != "in" && $4 == "CONFLICT" { name = $1; next }
$1 != "in" { name = ""; next }
name != "" {
  split($2, lat, /\.\./); split($3, lon, /\.\./); split($4, feet, /\.\./); split($5, time, /\.\./)
  n++
  of[n] = name
  south[n] = lat[1] + 0; north[n] = lat[2] + 0; west[n] = lon[1] + 0; east[n] = lon[2] + 0
  low[n] = feet[1] + 0; high[n] = feet[2] + 0; from[n] = seconds(time[1]); until[n] = seconds(time[2])
}

END {
  for (i = 1; i <= n; i++) for (j = 1; j <= n; j++)
    if (index(of[i], A) == 1 && index(of[j], B) == 1 && meets(i, j)) print of[i], of[j]
}
