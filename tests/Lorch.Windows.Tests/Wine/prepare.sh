#!/bin/sh
# sh prepare.sh FOLDER VERSION: a Windows of Wine's in FOLDER/prefix and a dotnet.exe of a runtime's version in FOLDER. What is missing is
# installed where that is allowed (apt); a reason on standard error says what is in the way. About a minute, and 1 GB with the packages.
set -eu
folder=$1 version=$2 here=$(dirname "$0")

if ! command -v wine64 > /dev/null && ! [ -x /usr/lib/wine/wine64 ] || ! command -v x86_64-w64-mingw32-gcc > /dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || { echo "there is no wine64, or no x86_64-w64-mingw32-gcc" >&2; exit 1; }
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends wine wine64 gcc-mingw-w64-x86-64-win32; } > "$folder/apt.log" 2>&1 \
    || { echo "apt-get can't install wine, wine64 and gcc-mingw-w64-x86-64-win32" >&2; exit 1; }
fi

x86_64-w64-mingw32-gcc -municode -O2 -s "-DVERSION=L\"$version\"" -o "$folder/dotnet.exe" "$here/dotnet.c"
[ -d "$folder/prefix/drive_c" ] || { wineboot -i && wine winecfg -v win10 && wineserver -w; } > "$folder/wine.log" 2>&1

# Without the drive that shows the machine's own files, nothing of Unix is found.
rm -f "$folder/prefix/dosdevices/z:"
