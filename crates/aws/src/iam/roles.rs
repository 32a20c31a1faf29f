//! Roles: make, read, list, change, delete, tag.

use super::documents::decoded;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::operation::Operation;
use crate::pages::Pages;
use crate::sts::present;
use aws_sdk_iam::types as sdk;
use aws_smithy_types::retry::RetryConfig;

/// A role as IAM has it. Its inline and attached policies are listed by calls of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// `RoleName`, in the case in which it was made.
    pub name: String,
    /// `Path`.
    pub path: String,
    /// `Arn`.
    pub arn: String,
    /// `RoleId`: `AROA…`.
    pub id: String,
    /// `Description`; absent and empty are the same to IAM (inferred).
    pub description: Option<String>,
    /// `MaxSessionDuration` in seconds.
    pub max_session_duration_s: Option<i32>,
    /// `AssumeRolePolicyDocument`, decoded.
    pub assume_role_policy: Option<String>,
    /// `PermissionsBoundary.PermissionsBoundaryArn`. `ListRoles` leaves it out.
    pub permissions_boundary: Option<String>,
    /// `Tags`, key and value. `ListRoles` leaves them out.
    pub tags: Vec<(String, String)>,
    /// `CreateDate`, in seconds since 1970.
    pub created_at_s: i64,
}

/// `CreateRoleRequest`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRole {
    /// `RoleName`.
    pub name: String,
    /// `Path`; IAM's default is `/`.
    pub path: Option<String>,
    /// `AssumeRolePolicyDocument`.
    pub assume_role_policy: String,
    /// `Description`.
    pub description: Option<String>,
    /// `MaxSessionDuration` in seconds; IAM's default is 3,600.
    pub max_session_duration_s: Option<i32>,
    /// `PermissionsBoundary`.
    pub permissions_boundary: Option<String>,
    /// `Tags`, key and value.
    pub tags: Vec<(String, String)>,
}

/// `UpdateRoleRequest`. A path cannot be changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleUpdate {
    /// `RoleName`.
    pub name: String,
    /// `Description`.
    pub description: Option<String>,
    /// `MaxSessionDuration` in seconds. IAM sets its default of 3,600 where it is missing (`API_UpdateRole`: "If you do not
    /// specify a value for this setting, the default value of one hour is applied").
    pub max_session_duration_s: Option<i32>,
}

impl Connection {
    /// `CreateRole`. `AlreadyExists` when there is a role whose name is the same ignoring case. Sent once, whatever the
    /// options say: a repetition that meets its own first attempt would say the same of a role that is the caller's.
    pub async fn create_role(&self, role: &NewRole) -> Result<Role, Failure> {
        let operation = Operation::CreateRole;
        let tags = tags_of(operation, &role.tags)?;
        let request = self
            .iam()
            .create_role()
            .role_name(&role.name)
            .set_path(role.path.clone())
            .assume_role_policy_document(&role.assume_role_policy)
            .set_description(role.description.clone())
            .set_max_session_duration(role.max_session_duration_s)
            .set_permissions_boundary(role.permissions_boundary.clone())
            .set_tags((!tags.is_empty()).then_some(tags));
        let once = RetryConfig::standard().with_max_attempts(1);
        let request = request.customize().config_override(aws_sdk_iam::config::Builder::new().retry_config(once));
        let answer = self.send(operation, request.send()).await?;
        answer.role().map_or_else(|| Err(no_role(operation)), |role| read(operation, role))
    }

    /// `GetRole`: nothing when there is no role of that name (`NoSuchEntity`). Names are matched with their case.
    pub async fn get_role(&self, name: &str) -> Result<Option<Role>, Failure> {
        let operation = Operation::GetRole;
        match self.send(operation, self.iam().get_role().role_name(name).send()).await {
            Ok(answer) => answer.role().map_or_else(|| Err(no_role(operation)), |role| read(operation, role).map(Some)),
            Err(failure) if failure.code == "NoSuchEntity" => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// `ListRoles` below a path (`/` when none is given): without tags and permissions boundary, by the API reference.
    pub fn list_roles(&self, path_prefix: Option<&str>) -> Pages<Role> {
        let operation = Operation::ListRoles;
        let prefix = path_prefix.map(str::to_owned);
        Pages::new(operation, self, move |connection, marker| {
            let prefix = prefix.clone();
            async move {
                let request = connection.iam().list_roles().set_path_prefix(prefix).set_marker(marker);
                let answer = connection.send(operation, request.send()).await?;
                let roles: Result<Vec<Role>, Failure> =
                    answer.roles().iter().map(|role| read(operation, role)).collect();
                Ok((roles?, next(operation, answer.is_truncated(), answer.marker())?))
            }
        })
    }

    /// `ListInstanceProfilesForRole`: their names. EC2 instances with one of them act as the role.
    pub fn list_instance_profiles_for_role(&self, role: &str) -> Pages<String> {
        let operation = Operation::ListInstanceProfilesForRole;
        let role = role.to_owned();
        Pages::new(operation, self, move |connection, marker| {
            let role = role.clone();
            async move {
                let request = connection.iam().list_instance_profiles_for_role().role_name(role);
                let answer = connection.send(operation, request.set_marker(marker).send()).await?;
                let names = answer.instance_profiles().iter().map(|profile| {
                    present(operation, "InstanceProfileName", Some(profile.instance_profile_name())).map(str::to_owned)
                });
                let names = names.collect::<Result<Vec<String>, Failure>>()?;
                Ok((names, next(operation, answer.is_truncated(), answer.marker())?))
            }
        })
    }

    /// `UpdateRole`.
    pub async fn update_role(&self, update: &RoleUpdate) -> Result<(), Failure> {
        let request = self
            .iam()
            .update_role()
            .role_name(&update.name)
            .set_description(update.description.clone())
            .set_max_session_duration(update.max_session_duration_s);
        self.send(Operation::UpdateRole, request.send()).await.map(|_| ())
    }

    /// `UpdateAssumeRolePolicy`: the whole trust policy is put anew.
    pub async fn update_assume_role_policy(&self, role: &str, document: &str) -> Result<(), Failure> {
        let request = self.iam().update_assume_role_policy().role_name(role).policy_document(document);
        self.send(Operation::UpdateAssumeRolePolicy, request.send()).await.map(|_| ())
    }

    /// `DeleteRole`: `DeleteConflict` while it has policies, inline or attached, or instance profiles.
    pub async fn delete_role(&self, role: &str) -> Result<(), Failure> {
        self.send(Operation::DeleteRole, self.iam().delete_role().role_name(role).send()).await.map(|_| ())
    }

    /// `TagRole`: tags of the same key are overwritten.
    pub async fn tag_role(&self, role: &str, tags: &[(String, String)]) -> Result<(), Failure> {
        let operation = Operation::TagRole;
        let request = self.iam().tag_role().role_name(role).set_tags(Some(tags_of(operation, tags)?));
        self.send(operation, request.send()).await.map(|_| ())
    }

    /// `UntagRole`.
    pub async fn untag_role(&self, role: &str, keys: &[String]) -> Result<(), Failure> {
        let request = self.iam().untag_role().role_name(role).set_tag_keys(Some(keys.to_vec()));
        self.send(Operation::UntagRole, request.send()).await.map(|_| ())
    }
}

/// Where the next page of IAM's listings begins: "If `IsTruncated` is true, `Marker` is present" (IAM API reference).
pub(super) fn next(operation: Operation, truncated: bool, marker: Option<&str>) -> Result<Option<String>, Failure> {
    match (truncated, marker) {
        (false, _) => Ok(None),
        (true, Some(marker)) if !marker.is_empty() => Ok(Some(marker.to_owned())),
        (true, _) => Err(Failure::malformed(operation, "it is truncated and has no Marker")),
    }
}

fn no_role(operation: Operation) -> Failure {
    Failure::malformed(operation, "it has no Role")
}

fn tags_of(operation: Operation, tags: &[(String, String)]) -> Result<Vec<sdk::Tag>, Failure> {
    let tag = |(key, value): &(String, String)| sdk::Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect::<Result<_, _>>().map_err(|error| Failure::not_sent(operation, &error))
}

fn read(operation: Operation, role: &sdk::Role) -> Result<Role, Failure> {
    let document = role.assume_role_policy_document();
    let decode = |text| decoded(operation, "AssumeRolePolicyDocument", text);
    let boundary = match role.permissions_boundary() {
        None => None,
        Some(boundary) => {
            let arn = present(operation, "PermissionsBoundaryArn", boundary.permissions_boundary_arn())?;
            Some(arn.to_owned())
        }
    };
    Ok(Role {
        name: present(operation, "RoleName", Some(role.role_name()))?.to_owned(),
        path: present(operation, "Path", Some(role.path()))?.to_owned(),
        arn: present(operation, "Arn", Some(role.arn()))?.to_owned(),
        id: present(operation, "RoleId", Some(role.role_id()))?.to_owned(),
        description: role.description().filter(|text| !text.is_empty()).map(str::to_owned),
        max_session_duration_s: role.max_session_duration(),
        assume_role_policy: document.map(decode).transpose()?,
        permissions_boundary: boundary,
        tags: role.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect(),
        created_at_s: role.create_date().secs(),
    })
}
