
if [ "$ACCOUNT_ID" != "$MANAGEMENT_ACCOUNT" ]; then
  fail "account $ACCOUNT_ID is not the management account $MANAGEMENT_ACCOUNT" '' \
    'create no role here: the organization is served in lagging mode, its member accounts need none'
fi
