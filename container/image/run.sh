#!/bin/bash
# Runs commands of a project as the user `app`, each in its own process group, and ends them with all processes that they started.
#
#   run.sh run ID SECONDS apart|merged PROGRAM [ARGUMENT…]   exit code of the program; 124 after a timeout
#   run.sh serve ID LINE        starts a shell line in the background, its output in /run/redraw/ID.log
#   run.sh await ID PORT SECONDS   exit 0: the port answers; 1: the server has ended; 2: neither
#   run.sh end ID               ends a run or a server; exit 1: there is none
#   run.sh alive ID             exit 0 while it runs
#   run.sh there                exit 0: the container answers
#   run.sh log ID BYTES         the last bytes of a server's output
#
# Runs as root, so that a command can neither end its supervisor nor pose as another command.
verb=$1
id=$2
state=/run/redraw/$id
exec 3>&2 2>/dev/null
# Limits: 1024 processes of the user, 2 GB a file (blocks of 1 KB), no core files.
ulimit -u 1024 -f 2097152 -c 0

as_app=(
  env "REDRAW_RUN=$id"
  setpriv --reuid=1000 --regid=1000 --init-groups --no-new-privs --inh-caps=-all --bounding-set=-all
  env HOME=/home/app USER=app LOGNAME=app SHELL=/bin/bash
)

# Prints the marks of all other living runs and servers. A state file that is still empty belongs to a run that is about to begin.
living() {
  for file in /run/redraw/*; do
    case $file in *.log | "$state") continue ;; esac
    group=$(cat "$file")
    if [ -z "$group" ] || kill -0 -- "-$group"; then echo "REDRAW_RUN=${file##*/}"; fi
  done
}

# Kills the group $1, and processes that have left it: every process of the user without the mark of a living run. The mark is in the
# environment, which only the user itself can read: root lacks CAP_SYS_PTRACE. Sweeps are serialised: each would kill the `grep` of
# another as an unmarked process.
sweep() {
  kill -KILL -- "-$1"
  exec 8>/run/redraw/.sweep
  flock 8
  doubtful=
  for _ in {1..20}; do
    # Processes first, marks second: a run that begins in between is not in the list, and an earlier one has its mark.
    pids=$(pgrep -u app)
    [ -n "$pids" ] || break
    marks=$(living)
    kept=
    if [ -n "$marks" ]; then
      kept=$("${as_app[@]}" REDRAW_RUN= sh -c 'grep -lszxF "$1" /proc/[0-9]*/environ; echo looked' sh "$marks")
      # The user's process limit is exhausted, so the marks could not be read: everything is killed.
      case $kept in *looked) ;; *) kept= ;; esac
    fi
    found=
    doubt=
    for pid in $pids; do
      case $kept in *"/proc/$pid/environ"*) continue ;; esac
      # A process that is just changing its user still belongs to root for a moment.
      if [ -n "$kept" ] && [ -O "/proc/$pid" ]; then
        case "$doubtful " in *" $pid "*) ;; *) doubt="$doubt $pid"; continue ;; esac
      fi
      kill -KILL "$pid" && found=1
    done
    [ -n "$found$doubt" ] || break
    doubtful=$doubt
  done
  exec 8>&-
}

case $verb in
  run)
    limit=$3
    [ "$4" = merged ] && exec 3>&1
    shift 4
    set -m
    : >"$state"
    timeout --kill-after=2 "$limit" "${as_app[@]}" CI=1 "$@" 2>&3 3>&- <&0 &
    group=$!
    echo "$group" >"$state"
    wait "$group"
    code=$?
    # 137: the command ignored SIGTERM and was killed after its time limit.
    if [ "$code" = 137 ] && [ $SECONDS -ge "$limit" ]; then code=124; fi
    sweep "$group"
    rm -f "$state"
    exit "$code"
    ;;
  serve)
    set -m
    : >"$state" >"$state.log"
    "${as_app[@]}" FORCE_COLOR=1 bash -lc "$3" >>"$state.log" 2>&1 3>&- </dev/null &
    echo $! >"$state"
    disown
    ;;
  await)
    group=$(cat "$state") || exit 1
    until (: <"/dev/tcp/127.0.0.1/$3") || (: <"/dev/tcp/::1/$3"); do
      kill -0 -- "-$group" || exit 1
      [ $SECONDS -lt "$4" ] || exit 2
      sleep 0.05
    done
    ;;
  end)
    for _ in {1..20}; do [ -s "$state" ] && break; sleep 0.05; done
    group=$(cat "$state") || exit 1
    kill -TERM -- "-$group"
    for _ in {1..20}; do kill -0 -- "-$group" || break; sleep 0.05; done
    sweep "$group"
    rm -f "$state"
    ;;
  alive)
    kill -0 -- "-$(cat "$state")"
    ;;
  there)
    exit 0
    ;;
  log)
    tail -c "$3" "$state.log"
    ;;
esac
