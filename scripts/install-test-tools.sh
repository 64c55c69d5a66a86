#!/usr/bin/env bash
# Installs the programs that some tests use and npm does not carry: promtool, Chromium, pdftotext, and what builds the native
# training engine.
# Does so only where it may: on a build machine (CI is set) that has apt-get.
set -euo pipefail

packages=()
needs() { command -v "$1" > /dev/null || packages+=("$2"); }
needs promtool prometheus
needs chromium chromium
needs pdftotext poppler-utils
needs g++ g++
needs make make
needs python3 python3
if (( ${#packages[@]} == 0 )); then exit 0; fi

if [[ -z "${CI:-}" ]] || ! command -v apt-get > /dev/null; then
  echo "Programs are not installed; the tests that use them will be skipped. They are in the Debian packages: ${packages[*]}"
  exit 0
fi

as_root=()
if (( EUID != 0 )); then as_root=(sudo); fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update --quiet
"${as_root[@]}" apt-get install --quiet --yes --no-install-recommends "${packages[@]}"
