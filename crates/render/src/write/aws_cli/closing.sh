
if [ "$DRY_RUN" = yes ]; then
  say 'nothing was changed (--dry-run)'
  exit 0
fi

# What stands on the role beside the profile is named, never removed.
INLINE_POLICIES="$(ask 'list the inline policies of the role' aws iam list-role-policies --role-name="$ROLE_NAME" --query 'PolicyNames[]' --output text)"
ATTACHED_POLICIES="$(ask 'list the managed policies of the role' aws iam list-attached-role-policies --role-name="$ROLE_NAME" --query 'AttachedPolicies[].PolicyArn' --output text)"
ROLE_ARN="$(ask 'read the role' aws iam get-role --role-name="$ROLE_NAME" --query Role.Arn --output text)"
BOUNDARY="$(ask 'read the role' aws iam get-role --role-name="$ROLE_NAME" --query Role.PermissionsBoundary.PermissionsBoundaryArn --output text)"

say ''
say "role: $ROLE_ARN"
say "inline policies: ${INLINE_POLICIES//$'\t'/, } (from the profile: $INLINE_POLICY_NAME)"
say "managed policies: ${ATTACHED_POLICIES//$'\t'/, }"
say "permissions boundary: $BOUNDARY"
say 'done:'
printf '%s' "$DONE"
say 'IAM needs some seconds until the role can be assumed everywhere. Then let the vendor validate the access.'
