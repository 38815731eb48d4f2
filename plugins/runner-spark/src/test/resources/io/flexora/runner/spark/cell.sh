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
  thrice)
    # The first attempts do not end by themselves; like a cell, they end with their parent.
    [ "$number" -gt 2 ] && finish
    while kill -0 "$4" 2>/dev/null; do sleep 0.1; done
    ;;
esac
