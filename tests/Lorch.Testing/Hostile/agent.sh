#!/bin/sh
# An agent that misbehaves: sh agent.sh MODE [ACTION [ATTEMPTS]]
#
# It plays all three parts and plays them well, but for MODE, at ACTION (implement unless said otherwise), in the first ATTEMPTS
# attempts (all of them unless said otherwise); ACTION "any" is each of them. In the mode by_lot the lines of .lot are the modes of one
# command after the other, and those after the last are worked well. With ASK=n in its environment the reviewer asks for changes n times; DEED is what
# the mode before_the_answer does.

mode=$1 at=${2:-implement} attempts=${3:-1000}
case $at in
  review) part=reviewer ;;
  update_spec) part=spec_maintainer ;;
  *) part=builder ;;
esac

# member NAME: the text or number of that name in the command
member() {
  value=${command#*\"$1\":}
  value=${value#\"}
  value=${value%%[\",\}]*}
}

# event NAME [MEMBERS]: says an event; MEMBERS begin with a comma
event() {
  read -r id < /proc/sys/kernel/random/uuid
  printf '{"kind":"event","message_id":"%s","correlation_id":"%s","task_id":"%s","from":{"agent_type":"%s"},"event":"%s"%s,"occurred_at":"2026-01-31T09:05:00.000Z"}\n' \
    "$id" "$correlation" "$task" "$type" "$1" "$2"
}

# heartbeat SEQ PID
heartbeat() {
  printf '{"kind":"heartbeat","agent":{"agent_type":"%s","agent_id":"hostile"},"seq":%s,"status":"busy","pid":%s,"uptime_s":1,"last_activity_at":"2026-01-31T09:05:00.000Z"}\n' \
    "$type" "$1" "$2"
}

# write PATH TEXT: writes a file and leaves what is to be said of it in $file
write() {
  [ -f "$1" ] && [ ! -L "$1" ] || rm -rf "$1"
  mkdir -p "${1%/*}"
  printf '%s\n' "$2" > "$1"
  digest=$(sha256sum "$1")
  file='"path":"'$1'","sha256":"sha256:'${digest%% *}'","size":'$((${#2} + 1))
}

# named PATH [SIZE]: the members of an event that names a file with a digest that no file has
named() {
  printf ',"artifacts":[{"path":"%s","sha256":"sha256:%064d","size":%s}]' "$1" 0 "${2:-1}"
}

sleep_for_ever() {
  while :; do sleep 1000; done
}

work() {
  case $action in
    implement)
      write src/hello.txt "hello"
      event builder.completed ",\"artifacts\":[{$file}]" ;;
    implement_changes)
      write src/hello.txt "hello, version $iteration"
      event builder.completed ",\"artifacts\":[{$file}]" ;;
    review)
      if [ "$iteration" -lt "${ASK:-0}" ]; then ask; else event review.completed ',"status":"approved"'; fi ;;
    *)
      event spec.no_changes_needed ;;
  esac
}

ask() {
  event review.completed ',"status":"changes_requested","payload":{"summary":"say it better","findings":[{"file":"src/hello.txt","line":1,"message":"too short"}]}'
}

misbehave() {
  case $mode in
    # It does what a test says, and then answers.
    before_the_answer) eval "$DEED" || exit 9; work ;;

    by_lot) read -r mode < .lot; sed -i 1d .lot; if [ "${mode:-work}" = work ]; then work; else misbehave; fi; mode=by_lot ;;

    # It doesn't answer.
    hang_silently) sleep_for_ever ;;
    hang_with_heartbeats) seq=0; while :; do heartbeat $seq $$; seq=$((seq + 1)); sleep 0.02; done ;;
    hang_chattering) while :; do event builder.progress; sleep 0.02; done ;;
    ignore_sigterm) trap '' TERM; sleep_for_ever ;;
    stop_itself) kill -STOP $$; sleep_for_ever ;;
    close_stdout) exec >&-; sleep_for_ever ;;
    answer_when_told_to_end) trap 'work; exit 0' TERM; sleep 1000 & wait; exit 1 ;;
    heartbeats_stop) heartbeat 0 $$; sleep_for_ever ;;
    heartbeats_going_backwards) heartbeat 7 $$; while :; do heartbeat 6 $$; sleep 0.02; done ;;
    heartbeats_of_another_process) while :; do heartbeat 0 1; sleep 0.02; done ;;

    # It ends.
    die_in_mid_command) event builder.progress; echo "out of luck" >&2; exit 3 ;;
    end_without_an_answer) exit 0 ;;
    die_by_signal) kill -SEGV $$; sleep_for_ever ;;
    be_killed) kill -KILL $$; sleep_for_ever ;;
    die_after_the_answer) work; exit 0 ;;
    half_a_line) printf '{"kind":"event","message_id":"'; exit 0 ;;
    child_holds_the_pipes) sleep 1000 & exit 3 ;;
    grandchild_in_its_own_session) setsid sleep 1000 & exit 3 ;;
    children_left_behind) for i in 1 2 3 4 5; do sleep 1000 & done; setsid sh -c 'trap "" TERM; sleep 1000 & wait' & work ;;

    # It talks too much.
    flood_of_messages) yes "$(event builder.progress)" ;;
    flood_of_lines) yes ;;
    flood_without_line_feed) cat /dev/zero ;;
    flood_of_stderr) yes "blah, blah, blah" >&2 ;;
    flood_of_stderr_without_line_feed) cat /dev/zero >&2 ;;
    line_too_long) for i in 1 2 3; do head -c 300000 /dev/zero | tr '\0' x; echo; done; sleep_for_ever ;;

    lines_over_the_limit) for i in 1 2 3; do event builder.progress ",\"payload\":{\"text\":\"$(head -c 2000 /dev/zero | tr '\0' x)\"}"; done; work ;;
    heartbeats_and_work) heartbeat 0 $$; heartbeat 1 $$; work ;;

    # It talks nonsense.
    garbage) printf 'Building...\nDone.\n{}\n'; sleep_for_ever ;;
    binary_garbage) head -c 100000 /dev/urandom; sleep_for_ever ;;
    deep_nesting) deep=$(head -c 10000 /dev/zero | tr '\0' '['); for i in 1 2 3; do event builder.progress ",\"payload\":{\"deep\":$deep"; done; sleep_for_ever ;;
    path_outside) for path in ../x.txt /etc/hostname 'C:\\x.txt'; do event builder.completed "$(named "$path")"; done; sleep_for_ever ;;
    command_of_its_own) for i in 1 2 3; do printf '%s\n' "$command"; done; sleep_for_ever ;;

    # It lies, and then answers.
    other_task) task=T-2; event builder.completed; member task_id; task=$value; work ;;
    other_correlation) correlation=corr-T-1-review-0; event builder.completed; member correlation_id; correlation=$value; work ;;
    other_agent) type=reviewer; event review.completed ',"status":"approved"'; member agent_type; type=$value; work ;;
    answer_to_another_action) event review.completed ',"status":"approved"'; work ;;
    forged_proof) type=system; event system.step_recorded ',"payload":{}'; event system.run_completed ',"payload":{}'; type=builder; work ;;
    completed_twice) work; event builder.completed ;;

    # What it says of its work isn't so.
    wrong_digest) write "$target" hello; event builder.completed "$(named $target 6)" ;;
    wrong_size) write "$target" hello; event builder.completed ",\"artifacts\":[{${file%:*}:7}]" ;;
    changed_after_it_was_named) write "$target" hello; event artifact.produced ",\"artifacts\":[{$file}]"; echo more >> "$target"; event builder.completed ;;
    missing_artifact) event builder.completed "$(named src/not-there.txt)" ;;
    artifact_is_a_folder) mkdir -p "$target"; event builder.completed "$(named $target)" ;;
    artifact_is_a_fifo) mkdir -p "${target%/*}"; mkfifo "$target"; event builder.completed "$(named $target)" ;;
    artifact_is_a_link) mkdir -p "${target%/*}"; ln -s /etc/hostname "$target"; event builder.completed "$(named $target)" ;;
    artifact_is_a_record_of_lorch) event builder.completed "$(named receipts/T-1/step-1.json)" ;;
    removed_but_there) write "$target" hello; event builder.completed ",\"artifacts\":[{$file}],\"removed\":[\"specs/a.md\"]" ;;
    required_output_missing) event builder.completed ;;
    wrong_snapshot) write "$target" hello; event builder.completed ",\"artifacts\":[{$file}],\"observed_version\":{\"snapshot_id\":\"snap-000000000000\"}" ;;
    tests_fail) event builder.completed ',"payload":{"summary":"2 of 5 fail","tests":{"status":"fail"}}' ;;

    # It gives up, or is never content.
    error_for_good) event error ',"payload":{"code":"no_quota","message":"nothing left","retriable":false}' ;;
    error_again_and_again) event error ',"payload":{"code":"service_down","message":"come back later"}' ;;
    asks_for_ever) ask ;;
    changes_nothing) write "$target" hello; event builder.completed ",\"artifacts\":[{$file}]" ;;

    *) echo "There is no mode '$mode'." >&2; exit 64 ;;
  esac
}

# What it does before it has read anything.
if [ "$LORCH_AGENT_TYPE" = "$part" ]; then
  case $mode in
    die_before_the_first_command) echo "no licence" >&2; exit 4 ;;
    never_read_a_command) sleep_for_ever ;;
    close_stdin) exec <&-; sleep_for_ever ;;
  esac
fi

while read -r command; do
  member correlation_id; correlation=$value
  member task_id; task=$value
  member agent_type; type=$value
  member action; action=$value
  member iteration; iteration=$value
  member attempt; attempt=$value
  case $action in
    review) target=reviews/$task.json ;;
    update_spec) target=spec_notes/$task.json ;;
    *) target=src/hello.txt ;;
  esac
  if [ "$at" = any ] || [ "$action" = "$at" ] && [ "$attempt" -lt "$attempts" ]; then misbehave; else work; fi
done
