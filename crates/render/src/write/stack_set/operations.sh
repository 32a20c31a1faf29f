
PROBLEMS=''

# operate WHAT COMMAND…: starts an operation of the stack set and waits for its end. A set takes one operation at a time:
# while another one runs, this waits for it.
operate() {
  local what="$1" operation status results
  shift
  if [ "$DRY_RUN" = yes ]; then
    run "$what" "$@"
    return 0
  fi
  while ! operation="$("$@" --query OperationId --output text 2>"$ERRORS")"; do
    if ! grep -q -e 'OperationInProgressException' "$ERRORS"; then
      fail "could not $what" "$(cat "$ERRORS")" "$(remedy "$@")"
    fi
    wait_a_little "another operation of $STACK_SET_NAME is under way" "$what"
  done
  say "started: $what (operation $operation)"
  while :; do
    status="$(ask "look at the operation $operation" aws cloudformation describe-stack-set-operation \
      --stack-set-name "$STACK_SET_NAME" --operation-id "$operation" --call-as "$CALL_AS" --region "$REGION" \
      --query StackSetOperation.Status --output text)"
    case "$status" in
      SUCCEEDED | FAILED | STOPPED) break ;;
    esac
    wait_a_little "operation $operation: $status" "$what"
  done
  # SUCCEEDED can hide stack instances that failed: within the failure tolerance they do not count.
  results="$(ask "read the results of the operation $operation" aws cloudformation list-stack-set-operation-results \
    --stack-set-name "$STACK_SET_NAME" --operation-id "$operation" --call-as "$CALL_AS" --region "$REGION" \
    --query "Summaries[?Status!='SUCCEEDED'].[Account,Region,Status,StatusReason]" --output text)"
  DONE="$DONE  $what: $status"$'\n'
  if [ "$status" = SUCCEEDED ] && [ -z "$results" ]; then
    say "done: $what"
  else
    say "operation $operation ended as $status; stack instances that did not succeed:"
    say "${results:-none is listed}"
    PROBLEMS="$PROBLEMS  $what: operation $operation ended as $status"$'\n'
  fi
}

wait_a_little() {
  if [ "$SECONDS" -ge "$WAIT_AT_MOST_S" ]; then
    fail "could not $2 within $WAIT_AT_MOST_S seconds" "$1" \
      'the operation goes on in AWS: look at it in the CloudFormation console, then run the script again'
  fi
  say "$1; looking again in $POLL_S seconds"
  sleep "$POLL_S"
}
