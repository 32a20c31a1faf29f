
usage() {
  cat <<'USAGE'
Creates or updates the stack that holds the role of the management account.
A service-managed stack set never deploys to that account.

  --dry-run                  show every change, make none
  --skip-organization-check  do not ask AWS Organizations to which organization the account belongs
  --help                     show this text
USAGE
}

for argument in "$@"; do
  case "$argument" in
    --dry-run) DRY_RUN=yes ;;
    --skip-organization-check) CHECK_ORGANIZATION=no ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) fail "unknown argument $argument" '' 'run the script with --help' ;;
  esac
done
