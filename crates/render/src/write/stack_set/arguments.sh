
POLL_S="${POLL_S:-15}"
WAIT_AT_MOST_S="${WAIT_AT_MOST_S:-7200}"

usage() {
  cat <<'USAGE'
Creates or updates the service-managed stack set that holds the role of every member account, with auto-deployment for
accounts that join later. The management account needs a stack of its own: management-account.sh.

  --call-as SELF|DELEGATED_ADMIN  as whom: with credentials of the management account, or of a delegated administrator
  --dry-run                       show every change, make none
  --skip-organization-check       do not ask AWS Organizations to which organization the account belongs
  --help                          show this text

Environment: POLL_S, seconds between two looks at an operation (15); WAIT_AT_MOST_S, seconds to wait altogether (7200).
USAGE
}

while [ "$#" -gt 0 ]; do
  case "$1" in
    --dry-run) DRY_RUN=yes ;;
    --skip-organization-check) CHECK_ORGANIZATION=no ;;
    --call-as)
      CALL_AS="${2:-}"
      shift
      ;;
    --call-as=*) CALL_AS="${1#--call-as=}" ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) fail "unknown argument $1" '' 'run the script with --help' ;;
  esac
  if [ "$#" -gt 0 ]; then
    shift
  fi
done
case "$CALL_AS" in
  SELF | DELEGATED_ADMIN) ;;
  *) fail "--call-as is '$CALL_AS'" '' 'give SELF or DELEGATED_ADMIN' ;;
esac
