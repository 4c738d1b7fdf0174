#!/bin/bash
# Runs commands of a project as the user `app`, each in a process group of its own, and ends them with all they have started.
#
#   run.sh run ID SECONDS apart|merged PROGRAM [ARGUMENT…]   exit code of the program; 124 where its time was over
#   run.sh serve ID LINE        starts a shell line in the background, its output in /run/redraw/ID.log
#   run.sh await ID PORT SECONDS   exit 0: the port answers; 1: the server has ended; 2: neither
#   run.sh end ID               ends a run or a server; exit 1 where there is none
#   run.sh alive ID             exit 0 while it runs
#   run.sh there               exit 0: somebody is there to say so
#   run.sh log ID BYTES         the end of a server's output
#
# Runs as root, so that a command can neither end what watches it nor pose as another.
verb=$1
id=$2
state=/run/redraw/$id
exec 3>&2 2>/dev/null
# Processes of one user, bytes of one file (in blocks of 1 KB), no core files.
ulimit -u 1024 -f 2097152 -c 0

as_app=(
  env "REDRAW_RUN=$id"
  setpriv --reuid=1000 --regid=1000 --init-groups --no-new-privs --inh-caps=-all --bounding-set=-all
  env HOME=/home/app USER=app LOGNAME=app SHELL=/bin/bash
)

# Marks of the runs and servers that are alive, but for this one. A file that is empty yet belongs to one that is about to begin.
living() {
  for file in /run/redraw/*; do
    case $file in *.log | "$state") continue ;; esac
    group=$(cat "$file")
    if [ -z "$group" ] || kill -0 -- "-$group"; then echo "REDRAW_RUN=${file##*/}"; fi
  done
}

# Ends the group $1, and what has left it: every process of the user's without the mark of one that is alive. The mark stands in the
# environment, which is the user's own to read, not root's without CAP_SYS_PTRACE. One sweep at a time: they would take each other's
# looking for what is to be ended.
sweep() {
  kill -KILL -- "-$1"
  exec 8>/run/redraw/.sweep
  flock 8
  doubtful=
  for _ in {1..20}; do
    # In this order: what begins meanwhile is not in the list, and what began before has its mark.
    pids=$(pgrep -u app)
    [ -n "$pids" ] || break
    marks=$(living)
    kept=
    if [ -n "$marks" ]; then
      kept=$("${as_app[@]}" REDRAW_RUN= sh -c 'grep -lszxF "$1" /proc/[0-9]*/environ; echo looked' sh "$marks")
      # The user has no process left for it: all go.
      case $kept in *looked) ;; *) kept= ;; esac
    fi
    found=
    doubt=
    for pid in $pids; do
      case $kept in *"/proc/$pid/environ"*) continue ;; esac
      # A process that is just becoming the user's belongs to root, for a moment.
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
    # What ignored SIGTERM had to be killed.
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
