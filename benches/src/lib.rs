//! The canonical workloads: every benchmark, and every peer in it, decides these very policies and requests.
//! They are text, so that each engine reads them in its own way.

use std::fmt::Write;

/// A request in words that every engine can be given.
#[derive(Clone, Copy, Debug)]
pub struct WorkloadRequest {
    /// The caller's ARN.
    pub principal: &'static str,
    /// The action.
    pub action: &'static str,
    /// The resource's ARN.
    pub resource: &'static str,
    /// Context keys with their values.
    pub context: &'static [(&'static str, &'static str)],
}

/// The request of all workloads: the last action of the policy, so that nobody wins by stopping early.
pub const REQUEST: WorkloadRequest = WorkloadRequest {
    principal: "arn:aws:iam::123456789012:user/vendor",
    action: "ec2:DescribeReservedInstances59",
    resource: "arn:aws:ec2:eu-west-1:123456789012:reserved-instances/ri-0123456789abcdef0",
    context: &[
        ("aws:RequestedRegion", "eu-west-1"),
        ("aws:PrincipalTag/team", "finops"),
        ("aws:SourceIp", "203.0.113.9"),
        ("aws:SecureTransport", "true"),
    ],
};

/// One statement with 60 actions on every resource.
pub fn sixty_actions() -> String {
    let actions: Vec<_> = (0..60).map(|number| format!("\"ec2:DescribeReservedInstances{number}\"")).collect();
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{}],"Resource":"arn:aws:ec2:*:*:reserved-instances/*"}}]}}"#,
        actions.join(",")
    )
}

/// Ten statements with four condition operators each; only the last one's conditions hold.
pub fn ten_statements_four_conditions() -> String {
    let mut statements = String::new();
    for number in 0..10 {
        let network = if number == 9 { "203.0.113.0/24" } else { "198.51.100.0/24" };
        if number > 0 {
            statements.push(',');
        }
        let conditions = format!(
            r#"{{"StringEquals":{{"aws:RequestedRegion":["eu-west-1","eu-central-1"]}},"StringLike":{{"aws:PrincipalTag/team":"fin*"}},"Bool":{{"aws:SecureTransport":"true"}},"IpAddress":{{"aws:SourceIp":"{network}"}}}}"#
        );
        // Writing to a String cannot fail.
        let _ = write!(
            statements,
            r#"{{"Effect":"Allow","Action":"ec2:Describe*","Resource":"arn:aws:ec2:*:*:reserved-instances/*","Condition":{conditions}}}"#
        );
    }
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}
