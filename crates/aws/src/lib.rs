//! Adapters over the AWS SDK: one call in, one classified answer out. Each method of [`Connection`] is one call of AWS
//! (a listing: one call for each page). What to call in which order, and what to do about a failure, is decided by others.
//!
//! Shapes of requests and answers: botocore's service models of IAM, STS, Organizations and CloudFormation, 2026-08.

mod answer;
mod cloudformation;
mod connection;
mod failure;
mod http;
mod iam;
mod keys;
mod operation;
mod options;
mod organizations;
mod pages;
mod provider;
mod redaction;
mod sts;

pub use cloudformation::{
    AccountFilter, AutoDeployment, CallAs, DeploymentTargets, InstancesRequest, NewStack, NewStackSet, OperationResult,
    PermissionModel, Stack, StackInstance, StackSet, StackSetOperation, StackSetUpdate,
};
pub use connection::{ConnectError, Connection, Pace, Unpaced};
pub use failure::Failure;
pub use iam::{AccountSummary, AttachedPolicy, ManagedPolicy, NewRole, Role, RoleUpdate};
pub use keys::{Keys, Session};
pub use operation::{Operation, Protocol, Service};
pub use options::ConnectOptions;
pub use organizations::{
    Account, LimitPolicy, LimitPolicyKind, Organization, OrganizationalUnit, Parent, ParentKind, PolicySummary, Root,
};
pub use pages::Pages;
pub use sts::{AssumeRole, Identity};
