#!/bin/sh
# Stands in for Java: does in the folder of its attempt what the cell's name says up to a hyphen.
folder=$1
cell=$(basename "$(dirname "$(dirname "$folder")")")
number=$(basename "$folder")
echo "$*" >"$folder/words"
env >"$folder/environment"
pwd >"$folder/place"
echo $$ >"$folder/pid"
finish() {
  echo "$cell $number" >"$folder/result.partial" && mv "$folder/result.partial" "$folder/result"
  exit 0
}
case ${cell%%-*} in
  end) finish ;;
  report)
    echo "some words"
    echo "error: layer 9 of a model with layers 0 to 3"
    exit 1
    ;;
  crash) kill -ABRT $$ ;;
  empty) exit 0 ;;
  polite)
    trap 'echo yes >"$folder/checkpoint"; exit 143' TERM
    while :; do sleep 0.1; done
    ;;
  twice)
    # The first attempt hangs; the second ends.
    [ "$number" -gt 1 ] && finish
    while :; do sleep 0.1; done
    ;;
esac
