//! Questions about who is let in: nobody but these (trust policies), and no stranger (resource policies).

use crate::caller::{Caller, Kind};
use crate::compile::Region;
use crate::prove::{Options, Question, Verdict};
use crate::side::PolicySide;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::condition::{BaseOperator, ConditionOperator};
use rolecall_iam::document::{Condition, Effect, Element, Policy, Statement, Version};
use rolecall_iam::principal::Principal;
use rolecall_iam::span::{Span, Spanned};

/// Does a trust policy let in anybody outside `principals`, or anybody without exactly this external ID? Asked of
/// `sts:AssumeRole` and its kin; `sts:TagSession` and `sts:SetSourceIdentity` let nobody in.
pub fn only_principals(
    trust: &Policy,
    principals: &[Principal],
    external_id: Option<&str>,
    options: Options,
) -> Verdict {
    let expected = expected_trust(principals, external_id);
    let (candidate, reference) = (PolicySide::trust(trust), PolicySide::trust(&expected));
    let region = Region { actions: Some(vec![String::from("sts:assumerole*")]), ..Region::default() };
    Question::new(&candidate, Some(&reference), region, options).ask()
}

/// Does a resource's policy let strangers in? A stranger is an unauthenticated caller, or a principal of an account that
/// the policy does not name, for whom keys that tell where a request comes from (`aws:SourceVpce`, `aws:PrincipalOrgID`,
/// `aws:SourceArn`, …) hold no value that the policy names, and whose address lies in no range narrower than /8 (IPv6:
/// /32). After the Amazon S3 user guide, "The meaning of public" (`access-control-block-public-access`); the list of keys
/// is read from there, the rest inferred.
pub fn not_public(policies: &PolicySide<'_>, options: Options) -> Verdict {
    let region = Region { strangers: true, ..Region::default() };
    let question = Question::new(policies, None, region, options);
    question.ask_for(&[Caller::Anonymous, Caller::Open(Kind::Role, None)])
}

/// The trust policy that lets in these principals with this external ID, and nobody else.
fn expected_trust(principals: &[Principal], external_id: Option<&str>) -> Policy {
    let nowhere = Span::default();
    let values = principals.iter().map(|principal| Spanned::new(principal.clone(), nowhere)).collect();
    let action = ActionPattern::parse("sts:AssumeRole*").ok();
    let condition = external_id.map(|id| Condition {
        operator: Spanned::new(ConditionOperator::plain(BaseOperator::StringEquals), nowhere),
        key: Spanned::new(String::from("sts:ExternalId"), nowhere),
        values: vec![Spanned::new(id.to_owned(), nowhere)],
    });
    let statement = Statement {
        span: nowhere,
        sid: None,
        effect: Spanned::new(Effect::Allow, nowhere),
        principals: Some(Element { span: nowhere, negated: false, values }),
        actions: Element {
            span: nowhere,
            negated: false,
            values: action.into_iter().map(|action| Spanned::new(action, nowhere)).collect(),
        },
        resources: None,
        conditions: condition.into_iter().collect(),
        undecidable: Vec::new(),
    };
    // Without variables: an external ID is compared as it is.
    let version = Some(Spanned::new(Version::V2008, nowhere));
    Policy { span: nowhere, version, id: None, statements: vec![statement] }
}
