
if ! command -v aws >/dev/null; then
  fail 'the AWS CLI was not found' '' 'install the AWS CLI (version 1 or 2), or use AWS CloudShell'
fi

ACCOUNT_ID="$(ask 'find out the account of the credentials' aws sts get-caller-identity --query Account --output text)"
CALLER_ARN="$(ask 'find out the caller' aws sts get-caller-identity --query Arn --output text)"
case "$CALLER_ARN" in
  "arn:$PARTITION:"*) ;;
  *) fail "the caller $CALLER_ARN is not of the partition $PARTITION" '' 'use credentials and a Region of that partition' ;;
esac

if [ "$CHECK_ORGANIZATION" = yes ]; then
  if ! FOUND_ORGANIZATION="$(aws organizations describe-organization --query Organization.Id --output text 2>"$ERRORS")"; then
    fail "could not find out to which organization account $ACCOUNT_ID belongs" "$(cat "$ERRORS")" \
      "if it surely belongs to $ORGANIZATION_ID, run again with --skip-organization-check; else let the caller make the call organizations describe-organization"
  fi
  if [ "$FOUND_ORGANIZATION" != "$ORGANIZATION_ID" ]; then
    fail "account $ACCOUNT_ID belongs to organization $FOUND_ORGANIZATION, this script is for $ORGANIZATION_ID" '' \
      'use the role code of that organization: its external ID is another one'
  fi
fi
