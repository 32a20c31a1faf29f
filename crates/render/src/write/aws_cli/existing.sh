
# Names of roles are unique whatever their case, but matched with case; the path is part of the ARN.
ROLE_EXISTS=yes
if ! FOUND="$(aws iam get-role --role-name="$ROLE_NAME" --query 'Role.[RoleName,Path]' --output text 2>"$ERRORS")"; then
  if ! grep -q -e 'NoSuchEntity' "$ERRORS"; then
    fail "could not find out whether the role $ROLE_NAME exists" "$(cat "$ERRORS")" "$(remedy aws iam get-role)"
  fi
  ROLE_EXISTS=no
  FOUND="$(ask 'list the roles of the account' aws iam list-roles --query 'Roles[].[RoleName,Path]' --output text)"
fi
shopt -s nocasematch
while IFS=$'\t' read -r name path; do
  if [[ "$name" == "$ROLE_NAME" ]]; then
    FOUND_NAME="$name"
    FOUND_PATH="$path"
  fi
done <<<"$FOUND"
shopt -u nocasematch
if [ "${FOUND_NAME:-$ROLE_NAME}" != "$ROLE_NAME" ]; then
  fail "the account has a role $FOUND_NAME, whose name differs in case from $ROLE_NAME" '' \
    "AWS takes only one of the two names, and the vendor asks for $ROLE_NAME: delete $FOUND_NAME once nothing needs it, then run the script again"
fi
if [ "${FOUND_PATH:-$ROLE_PATH}" != "$ROLE_PATH" ]; then
  fail "the role $ROLE_NAME exists under the path $FOUND_PATH, not under $ROLE_PATH" '' \
    'the path of a role cannot be changed: delete the role once nothing needs it, then run the script again'
fi

if [ "$ACCOUNT_ID" = "$MANAGEMENT_ACCOUNT" ]; then
  ACCOUNT_KIND='management account'
else
  ACCOUNT_KIND='member account'
fi
if [ "$ROLE_EXISTS" = yes ]; then
  say "$ACCOUNT_KIND $ACCOUNT_ID: the role $ROLE_NAME exists and is brought back to the profile"
else
  say "$ACCOUNT_KIND $ACCOUNT_ID: the role $ROLE_NAME does not exist and is created"
fi
