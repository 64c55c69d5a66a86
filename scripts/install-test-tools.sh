#!/usr/bin/env bash
# Installs the programs that some tests use and npm does not carry: promtool.
# Does so only where it may: on a build machine (CI is set) that has apt-get.
set -euo pipefail

if command -v promtool > /dev/null; then exit 0; fi
if [[ -z "${CI:-}" ]] || ! command -v apt-get > /dev/null; then
  echo 'promtool is not installed; the tests that use it will be skipped. It is in the Debian package prometheus.'
  exit 0
fi

as_root=()
if (( EUID != 0 )); then as_root=(sudo); fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update --quiet
"${as_root[@]}" apt-get install --quiet --yes --no-install-recommends prometheus
