
DRY_RUN=no
CHECK_ORGANIZATION=yes
DONE=''
ERRORS="$(mktemp)"
trap 'rm -f "$ERRORS"' EXIT

# No pager, no prompt (AWS CLI version 2); a Region of the right partition where the caller has set none.
export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off
export AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-${AWS_REGION:-$REGION}}"
export AWS_REGION="${AWS_REGION:-$AWS_DEFAULT_REGION}"

say() {
  printf '%s\n' "$*"
}

# fail WHAT DETAIL REMEDY: ends the script, and tells what was done before.
fail() {
  printf 'error: %s\n' "$1" >&2
  if [ -n "$2" ]; then
    printf '%s\n' "$2" >&2
  fi
  printf 'what to do: %s\n' "$3" >&2
  if [ -n "$DONE" ]; then
    printf 'done before the error:\n%sThe rest is not done. After the cause is removed, run the script again: it repeats nothing that harms.\n' "$DONE" >&2
  else
    printf 'nothing was changed\n' >&2
  fi
  exit 1
}

# remedy COMMAND…: what to do when a call fails, from the error that the AWS CLI printed.
remedy() {
  if grep -q -i -e 'Unable to locate credentials' -e 'ExpiredToken' -e 'InvalidClientTokenId' "$ERRORS"; then
    say 'sign in again: the credentials are missing, expired, or not of this partition'
  elif grep -q -i -e 'AccessDenied' -e 'UnauthorizedOperation' -e 'not authorized' "$ERRORS"; then
    say "let the caller make this call ($2 $3); an explicit deny in a service control policy binds administrators too"
  elif grep -q -e 'LimitExceeded' "$ERRORS"; then
    say 'a quota of the account is used up: raise it in Service Quotas, or remove what is not used'
  elif grep -q -e 'EntityAlreadyExists' "$ERRORS"; then
    say 'something of that name exists already: remove it, or give it to the tool that made it'
  elif grep -q -i -e 'Throttling' -e 'RequestLimitExceeded' -e 'Could not connect' "$ERRORS"; then
    say 'AWS did not answer in time: run the script again later'
  else
    say "read the error above; the call was: $1 $2 $3"
  fi
}

# ask WHAT COMMAND…: prints the answer of a call that changes nothing.
ask() {
  local what="$1"
  shift
  if ! "$@" 2>"$ERRORS"; then
    fail "could not $what" "$(cat "$ERRORS")" "$(remedy "$@")"
  fi
}

# run WHAT COMMAND…: makes a change, or shows it when nothing is to be changed.
run() {
  local what="$1"
  shift
  if [ "$DRY_RUN" = yes ]; then
    printf 'would %s:\n ' "$what"
    printf ' %q' "$@"
    printf '\n'
    return 0
  fi
  if ! "$@" >/dev/null 2>"$ERRORS"; then
    fail "could not $what" "$(cat "$ERRORS")" "$(remedy "$@")"
  fi
  say "done: $what"
  DONE="$DONE  $what"$'\n'
}
