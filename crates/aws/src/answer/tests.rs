//! Whole answers, and those that are none.

use super::*;

fn checked(operation: Operation, body: &str) -> Result<(), String> {
    check(operation, body.as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn a_whole_answer_passes() {
    let cases = [
        (Operation::DeleteRole, "<DeleteRoleResponse xmlns=\"x\"><ResponseMetadata/></DeleteRoleResponse>"),
        (Operation::DeleteRole, "<?xml version=\"1.0\"?>\n<DeleteRoleResponse/>\n"),
        (Operation::ListRoles, "<ListRolesResponse><ListRolesResult><Roles/></ListRolesResult></ListRolesResponse>"),
        (Operation::ListAccounts, " {\"Accounts\": []}"),
    ];
    for (operation, body) in cases {
        assert_eq!(checked(operation, body), Ok(()), "{body}");
    }
}

#[test]
fn anything_else_is_no_success() {
    let cases = [
        (Operation::DeleteRole, "", "it ends before its root is closed"),
        (Operation::DeleteRole, "deleted", "there is text outside of its root"),
        (Operation::DeleteRole, "<DeleteRoleResponse/>x", "there is text outside of its root"),
        (Operation::DeleteRole, "<html><body/></html>", "its root is `html`, expected `DeleteRoleResponse`"),
        (Operation::DeleteRole, "<DeleteRoleResponse><ResponseMetadata>", "it ends before its root is closed"),
        (Operation::DeleteRole, "<DeleteRoleResponse/><DeleteRoleResponse/>", "it ends before its root is closed"),
        (Operation::ListRoles, "<ListRolesResponse><ListRolesResult/></ListRolesResponse>", "it has no `Roles`"),
        (Operation::ListRoles, "<ListRolesResponse><Roles/></ListRolesResponse>", "it has no `Roles`"),
        (Operation::ListAccounts, "", "it is not a JSON object"),
        (Operation::ListAccounts, "[]", "it is not a JSON object"),
    ];
    for (operation, body, expected) in cases {
        assert_eq!(checked(operation, body), Err(expected.to_owned()), "{body}");
    }
    let broken = checked(Operation::DeleteRole, "<DeleteRoleResponse><a></b></DeleteRoleResponse>").unwrap_err();
    assert!(broken.starts_with("it is not well-formed XML"), "{broken}");
}
