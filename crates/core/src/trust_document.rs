//! The trust policy that a profile asks for: one statement that lets the vendor in with an accepted external ID.
//! Which IDs an account accepts is decided in `organization`; judging a trust policy that stands somewhere is for rules.

use crate::external_id::ExternalId;
use crate::profile::VendorPrincipal;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::arn::Partition;
use rolecall_iam::condition::{BaseOperator, ConditionOperator};
use rolecall_iam::document::{Condition, Effect, Element, Policy, Statement, Version};
use rolecall_iam::principal::Principal;
use rolecall_iam::span::{Span, Spanned};

/// `Sid` of the only statement.
pub const TRUST_SID: &str = "AllowVendor";
/// The condition key that carries the external ID of the request.
pub const EXTERNAL_ID_KEY: &str = "sts:ExternalId";
/// The condition key that carries the ARN of the caller.
pub const PRINCIPAL_ARN_KEY: &str = "aws:PrincipalArn";

/// The trust policy for a vendor in a partition: `sts:AssumeRole` for the root of the vendor's account, only with one
/// of `ids` (`StringEquals`, so case counts and nothing is a pattern), and only for the vendor's named principals
/// where the profile narrows it.
///
/// The root is named, never a role: an ARN of a role in `Principal` turns into a unique ID that matches nobody once
/// that role is made again (IAM user guide, `reference_policies_elements_principal`); `aws:PrincipalArn` does not.
/// Every span is empty: the document comes from no file. Without any ID it matches nobody.
pub fn trust_document(vendor: &VendorPrincipal, partition: Partition, ids: &[&ExternalId]) -> Policy {
    let principal = Principal::Account { account: vendor.account, text: vendor.root_arn(partition) };
    let mut conditions = vec![condition(BaseOperator::StringEquals, EXTERNAL_ID_KEY, ids.iter().map(|id| id.as_str()))];
    if !vendor.principal_arns.is_empty() {
        let arns = vendor.principal_arns.iter().map(String::as_str);
        conditions.push(condition(BaseOperator::ArnEquals, PRINCIPAL_ARN_KEY, arns));
    }
    let statement = Statement {
        span: Span::default(),
        sid: Some(placeless(TRUST_SID.to_owned())),
        effect: placeless(Effect::Allow),
        principals: Some(element(vec![principal])),
        // The text is constant and sound; a pattern that could not be read would leave a statement that allows nothing.
        actions: element(ActionPattern::parse("sts:AssumeRole").into_iter().collect()),
        resources: None,
        conditions,
        undecidable: Vec::new(),
    };
    Policy { span: Span::default(), version: Some(placeless(Version::V2012)), id: None, statements: vec![statement] }
}

fn placeless<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::default())
}

fn element<T>(values: Vec<T>) -> Element<T> {
    Element { span: Span::default(), negated: false, values: values.into_iter().map(placeless).collect() }
}

fn condition<'t>(base: BaseOperator, key: &str, values: impl Iterator<Item = &'t str>) -> Condition {
    Condition {
        operator: placeless(ConditionOperator::plain(base)),
        key: placeless(key.to_owned()),
        values: values.map(|value| placeless(value.to_owned())).collect(),
    }
}

#[cfg(test)]
mod tests;
