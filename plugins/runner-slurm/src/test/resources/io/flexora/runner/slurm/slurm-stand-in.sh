#!/bin/bash
# Stands in for sbatch, squeue, sacct and scancel, by the name that it is called by: jobs are processes of this machine, their
# states files in ../state. A job that is ended gets SIGTERM in all of its processes and SIGKILL after 2 seconds (KillWait).
state=$(cd "$(dirname "$0")/../state" && pwd)
command=${0##*/}

set_state() { echo "$2" >"$state/$1.state.$BASHPID" && mv "$state/$1.state.$BASHPID" "$state/$1.state"; }
get_state() { cat "$state/$1.state" 2>/dev/null; }
family() { [ -f "$state/$1.pid" ] && kill "-$2" -- "-$(cat "$state/$1.pid")" 2>/dev/null; }

reason() { [ "$(get_state "$1")" = PENDING ] && cat "$state/held" 2>/dev/null || echo None; }

end_job() {
  case $(get_state "$1") in
    PENDING) set_state "$1" "$2" ;;
    RUNNING)
      # The state is final when the processes are gone.
      echo "$2" >"$state/$1.ending"
      family "$1" TERM
      for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        family "$1" 0 || break
        sleep 0.1
      done
      family "$1" KILL
      ;;
  esac
}

run_job() {
  job=$1
  set_state "$job" RUNNING
  setsid env SLURM_ARRAY_JOB_ID="${job%_*}" SLURM_ARRAY_TASK_ID="${job#*_}" sh "$state/${job%_*}.script" >/dev/null 2>&1 </dev/null &
  echo $! >"$state/$job.pid"
  wait "$(cat "$state/$job.pid")"
  code=$?
  while family "$job" 0; do sleep 0.05; done
  if [ -f "$state/$job.ending" ]; then
    set_state "$job" "$(cat "$state/$job.ending")"
  elif [ "$code" -eq 0 ]; then
    set_state "$job" COMPLETED
  else
    set_state "$job" FAILED
  fi
}

case $command in
  sbatch)
    name=none array=0-0 test= most=1000
    for word in "$@"; do
      case $word in
        --job-name=*) name=${word#*=} ;;
        --array=*%*) array=${word#*=} && most=${array#*%} && array=${array%\%*} ;;
        --array=*) array=${word#*=} ;;
        --test-only) test=yes ;;
        --partition=gone) echo "sbatch: error: invalid partition specified: gone" >&2 && exit 1 ;;
        --parsable | --no-requeue | --output=* | --error=* | --chdir=* | --nodes=* | --ntasks=* | --cpus-per-task=*) ;;
        --time=* | --mem=* | --partition=* | --account=* | --gpus=* | --gres=*) ;;
        *) echo "sbatch: unrecognized option '$word'" >&2 && exit 1 ;;
      esac
    done
    script=$(cat)
    case $script in '#!'*) ;; *) echo "sbatch: error: This does not look like a batch script." >&2 && exit 1 ;; esac
    [ ! -f "$state/refused" ] || { echo "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)" >&2 && exit 1; }
    [ -z "$test" ] || { echo "sbatch: Job 1 to start at 2026-01-01T00:00:00" >&2 && exit 0; }
    id=$(($(cat "$state/last" 2>/dev/null || echo 100) + 1))
    echo "$id" >"$state/last"
    echo "$script" >"$state/$id.script"
    echo "$*" >"$state/$id.words"
    echo "$name" >"$state/$id.name"
    for i in $(seq "${array%-*}" "${array#*-}"); do set_state "${id}_$i" PENDING; done
    (
      for i in $(seq "${array%-*}" "${array#*-}"); do
        while [ "$(jobs -rp | wc -l)" -ge "$most" ] || [ -f "$state/held" ]; do sleep 0.05; done
        [ "$(get_state "${id}_$i")" = PENDING ] && run_job "${id}_$i" &
      done
      wait
    ) >/dev/null 2>&1 </dev/null &
    # Once: the jobs are taken, and nobody hears of it.
    rm "$state/unanswered" 2>/dev/null && echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2 && exit 1
    echo "$id"
    ;;
  squeue)
    [ ! -f "$state/silent" ] || { echo "slurm_load_jobs error: Unable to contact slurm controller" >&2 && exit 1; }
    for word in "$@"; do case $word in --name=*) name=${word#*=} ;; esac; done
    for file in "$state"/*_*.state; do
      [ -f "$file" ] || continue
      job=${file##*/} && job=${job%.state}
      [ "$(cat "$state/${job%_*}.name")" != "$name" ] || [ -f "$state/$job.forgotten" ] || echo "$job|$(get_state "$job")|$(reason "$job")"
    done
    ;;
  sacct)
    [ ! -f "$state/no-accounts" ] || { echo "Slurm accounting storage is disabled" >&2 && exit 1; }
    for word in "$@"; do case $word in --jobs=*) job=${word#*=} ;; esac; done
    [ ! -f "$state/$job.state" ] || echo "$job|$(get_state "$job")"
    ;;
  scancel)
    echo "$*" >>"$state/scancel.log"
    case $1 in
      --name=*)
        for file in "$state"/*_*.state; do
          [ -f "$file" ] || continue
          job=${file##*/} && job=${job%.state}
          [ "$(cat "$state/${job%_*}.name")" != "${1#*=}" ] || end_job "$job" CANCELLED >/dev/null 2>&1 &
        done
        ;;
      *) for job in "$@"; do end_job "$job" CANCELLED >/dev/null 2>&1 & done ;;
    esac
    ;;
  fail-node)
    echo NODE_FAIL >"$state/$1.ending"
    family "$1" KILL
    ;;
  time-out) end_job "$1" TIMEOUT ;;
esac
exit 0
