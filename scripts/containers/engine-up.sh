#!/usr/bin/env bash
# Starts a private Docker engine, for tests on a Debian machine that has none and reaches no image registry. Idempotent.
#
#   scripts/containers/engine-up.sh DIR
#
# Builds two images from Debian's packages and the project's own Node: a base for container/image/Dockerfile, and a stand-in for the
# egress proxy that workerd puts beside each local container (./sidecar). Prints `NAME=value` lines on stdout, all else on stderr.
# Exit 3: this machine may not (not root, no apt, no namespaces), with the reason as the last line; exit 1: it should have worked and
# did not. NODE_BIN: the Node for the image; default `command -v node`.
set -euo pipefail
exec 3>&1 1>&2

BASE_IMAGE=redraw-base:local
SIDECAR_IMAGE=redraw-sidecar:local
# tini is the init; iproute2, iptables and openssl are for the sidecar, which is built on the same base.
PACKAGES=bash,ca-certificates,curl,git,iproute2,iptables,openssl,procps,python3,python3-pip,python3-venv,tini

say() { printf 'engine-up: %s\n' "$*"; }
die() { say "$*"; exit 1; }
refuse() { say "cannot run containers here: $*"; exit 3; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ "$(id -u)" = 0 ] || refuse "root is needed"
command -v apt-get >/dev/null || refuse "apt is needed (Debian)"
unshare --mount --net true 2>/dev/null || refuse "the kernel refuses new namespaces (CAP_SYS_ADMIN)"

mkdir -p "$1"
dir=$(cd "$1" && pwd)
[ ${#dir} -le 70 ] || die "the folder's path is too long for Unix sockets (over 70 characters): $dir"
exec 9>"$dir/lock"
flock 9

need() { # need COMMAND PACKAGE
  command -v "$1" >/dev/null || missing+=("$2")
}
missing=()
need dockerd docker.io
need mmdebstrap mmdebstrap
need ip iproute2
if [ ${#missing[@]} -gt 0 ]; then
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 # RUNLEVEL=1: the package must not start a daemon of its own
  apt-get update -qq || say "apt-get update failed; going on with the lists at hand"
  apt-get install -y -qq "${missing[@]}" || die "apt could not install ${missing[*]}"
fi
# Since Debian 13 the client is a separate package.
command -v docker >/dev/null || apt-get install -y -qq docker-cli || die "no docker client"

export DOCKER_HOST=unix://$dir/docker.sock
ours() { # is the process of the pid file the dockerd of this folder?
  [ -s "$dir/dockerd.pid" ] && tr '\0' '\n' 2>/dev/null <"/proc/$(cat "$dir/dockerd.pid")/cmdline" | grep -qxF "$dir/data"
}
answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# A bridge of its own, in the first network that is free: engines that share docker0, or the leftovers of one that was killed, hand out
# the same addresses twice.
make_bridge() {
  local net name taken
  if [ -s "$dir/bridge" ]; then ip link delete "$(cat "$dir/bridge")" 2>/dev/null || true; fi
  taken=$(ip -4 -o addr; ip -4 route)
  for net in $(seq 17 31); do
    if [[ $taken == *[[:space:]]"172.$net."* ]]; then continue; fi
    name=redraw-br$net
    # Two that begin at once: the second is told that it exists. So may one that has lost its address.
    ip link add "$name" type bridge 2>/dev/null || continue
    echo "$name" >"$dir/bridge"
    if ip addr add "172.$net.0.1/16" dev "$name" && ip link set "$name" up; then return; fi
    ip link delete "$name"
  done
  die "no network is free for a bridge"
}

# Chromium breaks off connections that it is making where an address of the machine comes or goes (ERR_NETWORK_CHANGED). Interfaces that are made
# from now on give themselves none, so that the start and end of a container does not disturb browsers. engine-down.sh takes it back.
generation=/proc/sys/net/ipv6/conf/default/addr_gen_mode
if [ -e "$generation" ] && [ ! -e "$dir/addr_gen_mode" ]; then
  cp "$generation" "$dir/addr_gen_mode"
  echo 1 >"$generation" || say "warning: containers will disturb browsers on this machine"
fi

if ! ours; then
  rm -f "$dir/dockerd.pid" "$dir/docker.sock"
  # One at a time: engines that start at once trip over each other's chains of iptables.
  exec 8>"${TMPDIR:-/tmp}/redraw-engines.lock"
  flock 8
  make_bridge
  # 8>&- 9>&-: the locks are not inherited.
  setsid dockerd --bridge "$(cat "$dir/bridge")" --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/dockerd.pid" \
    --host "$DOCKER_HOST" >"$dir/dockerd.log" 2>&1 </dev/null 3>&- 8>&- 9>&- &
  started=$!
  touch "$dir/.redraw-engine"
  for _ in $(seq 150); do
    if answers; then break; fi
    kill -0 "$started" 2>/dev/null || break
    sleep 0.2
  done
  exec 8>&-
fi
if ! answers; then
  tail -n 5 "$dir/dockerd.log"
  die "dockerd does not answer, see $dir/dockerd.log"
fi
say "dockerd $(docker version --format '{{.Server.Version}}') is up"

node=${NODE_BIN:-$(command -v node || true)}
[ -n "$node" ] || die "no node: set NODE_BIN"
node=$("$node" -p process.execPath) || die "NODE_BIN does not run"
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# Inputs of the image; a change of any of them makes a new image.
npm=$(readlink -f "$(command -v npm)" 2>/dev/null | sed 's#/bin/npm-cli.js$##')
[ -d "$npm/bin" ] || die "npm is not where its command points"
recipe="$codename $PACKAGES node $("$node" --version) npm $(basename "$("$node" -p "require('$npm/package.json').version")")"

# The mirror in this machine's apt configuration: the first http(s) or file source of the suite's main component.
mirror() {
  # shellcheck disable=SC2016 # $(...) is apt's own syntax
  apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$codename" '$1 == suite && $2 == "main" && $3 ~ /^(https?|file):/ && !found { print $3; found = 1 }'
}

have=$(docker image inspect -f '{{index .Config.Labels "redraw-base"}}' "$BASE_IMAGE" 2>/dev/null || true)
if [ "$have" = "$recipe" ]; then
  say "base image is there"
else
  from=$(mirror)
  [ -n "$from" ] || die "apt's configuration names no http(s) source of $codename main"
  proxy=$(apt-config dump --format '%v%n' Acquire::http::Proxy)
  if [ -n "$proxy" ] && [ "$proxy" != DIRECT ]; then export http_proxy=$proxy; fi

  rootfs=$(mktemp -d "$dir/rootfs.XXXXXX")
  trap 'umount "$rootfs" 2>/dev/null; rm -rf "$rootfs"' EXIT
  # In memory where there is enough: dpkg waits for the disk after each package, which takes twice as long.
  if [ "$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)" -gt 3000000 ]; then
    mount -t tmpfs -o size=2g tmpfs "$rootfs" || say "no tmpfs; building on the disk"
  fi
  say "building the base image ($recipe)"
  if ! mmdebstrap --variant=minbase --include="$PACKAGES" --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$codename" "$rootfs" "$from" >"$dir/mmdebstrap.log" 2>&1; then
    tail -n 5 "$dir/mmdebstrap.log"
    die "mmdebstrap failed, see $dir/mmdebstrap.log"
  fi
  install -m 755 "$node" "$rootfs/usr/local/bin/node"
  mkdir -p "$rootfs/usr/local/lib/node_modules"
  cp -R "$npm" "$rootfs/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$rootfs/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$rootfs/usr/local/bin/npx"
  chroot "$rootfs" node --version >/dev/null || die "$node does not run in the image (a distribution's node needs its libraries)"
  tar -C "$rootfs" -c . | docker import --change "LABEL redraw-base=\"$recipe\"" --change 'CMD ["sleep", "infinity"]' \
    - "$BASE_IMAGE" >/dev/null
fi

DOCKER_BUILDKIT=0 docker build -q -t "$SIDECAR_IMAGE" "$here/sidecar" >/dev/null 2>"$dir/sidecar-build.log" ||
  die "the sidecar did not build, see $dir/sidecar-build.log"
say "images are ready"

{
  printf 'DOCKER_HOST=%s\n' "$DOCKER_HOST"
  printf 'REDRAW_CONTAINER_BASE=%s\n' "$BASE_IMAGE"
  printf 'MINIFLARE_CONTAINER_EGRESS_IMAGE=%s\n' "$SIDECAR_IMAGE"
} >&3
