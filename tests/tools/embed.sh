#!/bin/bash
# libsideline as a stranger meets it: installed elsewhere, found through pkg-config,
# built with a plain compiler. Each public header also stands alone, in C and in C++.
#
# Usage: embed.sh CC SOURCE_DIRECTORY BUILD_DIRECTORY
set -euo pipefail
cc=$1 source=$2 build=$3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$*"; exit 1; }

cmake --install "$build" --component library --prefix "$work/first" > "$work/log" || { cat "$work/log"; fail "cmake --install"; }
mv "$work/first" "$work/moved"
found=$(find "$work/moved" -name sideline.pc)
[ -n "$found" ] || fail "no sideline.pc was installed"
export PKG_CONFIG_PATH="${found%/*}" PKG_CONFIG_LIBDIR="${found%/*}:$(pkg-config --variable pc_path pkg-config)"
pkg-config --exact-version="$(sed -n 's/^project(sideline VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")" sideline ||
  fail "sideline.pc has another version than the project"

read -ra flags <<< "$(pkg-config --cflags sideline)"
read -ra libraries <<< "$(pkg-config --libs sideline)"
for header in "$source"/include/sideline/*.h; do
  name=sideline/${header##*/}
  [ -e "$work/moved/include/$name" ] || fail "$name was not installed"
  for language in "c -std=c17" "c++ -std=c++17"; do
    read -ra words <<< "$language"
    printf '#include <%s>\n' "$name" | clang -x "${words[@]}" -Wall -Wextra -Werror -fsyntax-only "${flags[@]}" - ||
      fail "$name does not stand alone in ${words[0]}"
  done
done

"$cc" -std=c17 -Wall -Wextra -Werror "${flags[@]}" "$source/examples/embed.c" "${libraries[@]}" -o "$work/embed"
status=0
said=$("$work/embed") || status=$?
printf '%s\n' "$said"
[ "$status" = 1 ] && [ "${said%%,*}" = "CONFLICT from 09:30 to 09:40" ] || fail "embed.c said $status: $said"
