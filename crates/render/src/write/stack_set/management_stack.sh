
if [ "$ACCOUNT_ID" != "$MANAGEMENT_ACCOUNT" ]; then
  fail "account $ACCOUNT_ID is not the management account $MANAGEMENT_ACCOUNT" '' \
    'use credentials of the management account; member accounts get the role from stack-set.sh or from the account factory'
fi
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
if [ ! -r "$TEMPLATE" ]; then
  fail "the template $TEMPLATE does not stand beside this script" '' 'keep the rendered files together'
fi

STATUS="$(aws cloudformation describe-stacks --stack-name "$STACK_NAME" --region "$REGION" --query 'Stacks[0].StackStatus' --output text 2>"$ERRORS")" || STATUS=''
if [ -z "$STATUS" ] && ! grep -q -e 'does not exist' "$ERRORS"; then
  fail "could not find out whether the stack $STACK_NAME exists" "$(cat "$ERRORS")" "$(remedy aws cloudformation describe-stacks)"
fi
case "$STATUS" in
  '')
    if aws iam get-role --role-name="$ROLE_NAME" --query Role.Arn --output text >/dev/null 2>"$ERRORS"; then
      fail "the role $ROLE_NAME exists, but not in the stack $STACK_NAME" '' \
        'import it into a stack of that name (CloudFormation user guide, "Import existing resources"), or delete it once nothing needs it, then run the script again'
    elif ! grep -q -e 'NoSuchEntity' "$ERRORS"; then
      fail "could not find out whether the role $ROLE_NAME exists" "$(cat "$ERRORS")" "$(remedy aws iam get-role)"
    fi
    ;;
  ROLLBACK_COMPLETE | ROLLBACK_FAILED)
    fail "the stack $STACK_NAME is in the state $STATUS from a creation that failed" '' \
      "read why (aws cloudformation describe-stack-events --stack-name $STACK_NAME --region $REGION), delete the stack, run the script again"
    ;;
  *_IN_PROGRESS) fail "the stack $STACK_NAME is in the state $STATUS" '' 'wait until that has ended, then run the script again' ;;
esac

run "deploy the stack $STACK_NAME in account $ACCOUNT_ID" aws cloudformation deploy \
  --stack-name "$STACK_NAME" \
  --template-file "$TEMPLATE" \
  --capabilities CAPABILITY_NAMED_IAM \
  --no-fail-on-empty-changeset \
  --region "$REGION"

if [ "$DRY_RUN" = yes ]; then
  say 'nothing was changed (--dry-run)'
  exit 0
fi
ROLE_ARN="$(ask 'read the role' aws iam get-role --role-name="$ROLE_NAME" --query Role.Arn --output text)"
say "role: $ROLE_ARN"
say 'IAM needs some seconds until the role can be assumed everywhere. Then let the vendor validate the access.'
