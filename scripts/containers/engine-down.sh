#!/usr/bin/env bash
# Stops the engine that engine-up.sh started in DIR, and only that one. Idempotent.
#
#   scripts/containers/engine-down.sh DIR [--purge]      --purge: remove DIR with its images too
set -euo pipefail

dir=
purge=
for arg in "$@"; do
  case $arg in
    --purge) purge=yes ;;
    *) dir=$arg ;;
  esac
done
[ -e "$dir/.redraw-engine" ] || { echo "engine-down: no engine in $dir" >&2; exit 0; }
dir=$(cd "$dir" && pwd)

# The pid file may be stale and its number reused: the process has to be a dockerd of this folder.
pid=$(cat "$dir/dockerd.pid" 2>/dev/null || true)
if [ -n "$pid" ] && tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF "$dir/data"; then
  # Kill rather than stop: an app without an init would take ten seconds to stop.
  running=$(DOCKER_HOST=unix://$dir/docker.sock docker ps -q)
  # shellcheck disable=SC2086 # one word per container
  [ -z "$running" ] || DOCKER_HOST=unix://$dir/docker.sock docker kill $running >/dev/null || true
  kill "$pid"
  for _ in $(seq 150); do
    [ -e "/proc/$pid" ] || break
    sleep 0.2
  done
  [ ! -e "/proc/$pid" ] || { echo "engine-down: dockerd $pid does not stop" >&2; exit 1; }
fi

# What an engine that was killed has left: its containers, which are children of their shims, and the shims.
for left in $(pgrep '^containerd' || true); do
  tr '\0' '\n' 2>/dev/null <"/proc/$left/cmdline" | grep -qF "$dir/exec/" || continue
  pkill -KILL -P "$left" || true
  kill -KILL "$left" 2>/dev/null || true
done

if [ -s "$dir/bridge" ]; then
  bridge=$(cat "$dir/bridge")
  for table in filter nat; do
    iptables -t "$table" -S | awk -v bridge="$bridge" '$1 == "-A" && index($0 " ", " " bridge " ") { $1 = "-D"; print }' |
      xargs -r -L 1 iptables -t "$table" || true
  done
  ip link delete "$bridge" 2>/dev/null || true
  rm "$dir/bridge"
fi

if [ -e "$dir/addr_gen_mode" ]; then
  cat "$dir/addr_gen_mode" >/proc/sys/net/ipv6/conf/default/addr_gen_mode || true
  rm "$dir/addr_gen_mode"
fi

if [ -n "$purge" ]; then
  # Mounts that a killed engine left behind, innermost first.
  awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/self/mounts | sort -r | xargs -r -n 1 umount
  rm -rf "$dir"
fi
