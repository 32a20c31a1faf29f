
usage() {
  cat <<'USAGE'
Creates the role in the account of the current credentials, or brings it back to what it must be.

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
