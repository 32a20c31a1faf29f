
if [ "$CALL_AS" = SELF ] && [ "$ACCOUNT_ID" != "$MANAGEMENT_ACCOUNT" ]; then
  fail "account $ACCOUNT_ID is not the management account $MANAGEMENT_ACCOUNT" '' \
    'use credentials of the management account, or of a delegated administrator together with --call-as DELEGATED_ADMIN'
fi
if [ "$CALL_AS" = DELEGATED_ADMIN ] && [ "$ACCOUNT_ID" = "$MANAGEMENT_ACCOUNT" ]; then
  fail 'the management account is no delegated administrator' '' 'run the script with --call-as SELF'
fi
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
if [ ! -r "$TEMPLATE" ]; then
  fail "the template $TEMPLATE does not stand beside this script" '' 'keep the rendered files together'
fi

ACCESS="$(ask 'find out whether stack sets may work in the organization' aws cloudformation describe-organizations-access \
  --call-as "$CALL_AS" --region "$REGION" --query Status --output text)"
if [ "$ACCESS" != ENABLED ]; then
  fail "trusted access of stack sets to the organization is $ACCESS" '' \
    "enable it in the management account: aws cloudformation activate-organizations-access --region $REGION (the organization must have all features)"
fi

if [ -z "$TARGETS" ]; then
  TARGETS="$(ask 'find the root of the organization' aws organizations list-roots --query 'Roots[0].Id' --output text)"
fi

SHARED_OPTIONS=(
  --stack-set-name "$STACK_SET_NAME"
  --template-body "file://$TEMPLATE"
  --capabilities CAPABILITY_NAMED_IAM
  --permission-model SERVICE_MANAGED
  --auto-deployment "Enabled=true,RetainStacksOnAccountRemoval=$RETAIN_ON_REMOVAL"
  --managed-execution Active=true
  --call-as "$CALL_AS"
  --region "$REGION"
)
# Auto-deployment does not use these. Percentages are rounded down, but never below one account at a time.
PREFERENCES='MaxConcurrentPercentage=25,FailureTolerancePercentage=100'

TARGETED=''
if MODEL="$(aws cloudformation describe-stack-set --stack-set-name "$STACK_SET_NAME" --call-as "$CALL_AS" --region "$REGION" \
  --query StackSet.PermissionModel --output text 2>"$ERRORS")"; then
  if [ "$MODEL" != SERVICE_MANAGED ]; then
    fail "the stack set $STACK_SET_NAME exists with the permission model $MODEL" '' \
      'only a service-managed set reaches accounts that join later: delete that set, or render with another stack name'
  fi
  TARGETED="$(ask 'read the targets of the stack set' aws cloudformation describe-stack-set --stack-set-name "$STACK_SET_NAME" \
    --call-as "$CALL_AS" --region "$REGION" --query 'StackSet.OrganizationalUnitIds[]' --output text)"
  operate "update the stack set $STACK_SET_NAME and its instances" aws cloudformation update-stack-set \
    "${SHARED_OPTIONS[@]}" --operation-preferences "$PREFERENCES"
elif grep -q -e 'StackSetNotFoundException' "$ERRORS"; then
  run "create the stack set $STACK_SET_NAME" aws cloudformation create-stack-set "${SHARED_OPTIONS[@]}"
else
  fail "could not find out whether the stack set $STACK_SET_NAME exists" "$(cat "$ERRORS")" "$(remedy aws cloudformation describe-stack-set)"
fi

MISSING=''
for unit in $TARGETS; do
  case " ${TARGETED//[$'\t\n']/ } " in
    *" $unit "*) ;;
    *) MISSING="${MISSING:+$MISSING,}$unit" ;;
  esac
done
if [ -n "$MISSING" ]; then
  operate "create stack instances in $MISSING" aws cloudformation create-stack-instances \
    --stack-set-name "$STACK_SET_NAME" \
    --deployment-targets "OrganizationalUnitIds=$MISSING" \
    --regions "$REGION" \
    --operation-preferences "$PREFERENCES" \
    --call-as "$CALL_AS" \
    --region "$REGION"
fi

if [ "$DRY_RUN" = yes ]; then
  say 'nothing was changed (--dry-run)'
  exit 0
fi
# Suspended accounts are skipped by CloudFormation and need no role until they are reopened.
LEFT="$(ask 'list the stack instances' aws cloudformation list-stack-instances --stack-set-name "$STACK_SET_NAME" \
  --call-as "$CALL_AS" --region "$REGION" --output text \
  --query "Summaries[?Status!='CURRENT' && StackInstanceStatus.DetailedStatus!='SKIPPED_SUSPENDED_ACCOUNT'].[Account,Region,Status,StackInstanceStatus.DetailedStatus,StatusReason]")"
say ''
say 'done:'
printf '%s' "$DONE"
if [ -n "$LEFT$PROBLEMS" ]; then
  fail "the role is not in every targeted account" "$PROBLEMS${LEFT:-every stack instance is current}" \
    "remove the cause in the accounts above (a role $ROLE_NAME made by hand: import or delete it; an explicit deny: exempt the roles stacksets-exec-*), then run the script again"
fi
say 'every targeted member account has the role; accounts that join later get it by auto-deployment'
say "the management account $MANAGEMENT_ACCOUNT is never part of a service-managed stack set: management-account.sh creates the role there"
