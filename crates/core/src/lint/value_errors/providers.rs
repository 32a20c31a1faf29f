//! Identity providers as `Federated` principals: SAML and OpenID Connect, told apart by their form.
//! Source: IAM user guide, `reference_policies_elements_principal`, "SAML session principals" and "OIDC … principals".

use crate::lint::resource_arns;

/// What a provider speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// SAML 2.0.
    Saml,
    /// OpenID Connect.
    OpenId,
}

/// The kind of the provider, by its ARN or its domain; `None` when it has the form of neither.
pub(super) fn kind(text: &str) -> Option<Kind> {
    if let Some(arn) = resource_arns::split(text) {
        let account = arn.account.len() == 12 && arn.account.bytes().all(|byte| byte.is_ascii_digit());
        if arn.service != "iam" || !arn.region.is_empty() || !account {
            return None;
        }
        let (kind, _) = arn.resource.split_once('/').filter(|(_, name)| !name.is_empty())?;
        return match kind {
            "saml-provider" => Some(Kind::Saml),
            "oidc-provider" => Some(Kind::OpenId),
            _ => None,
        };
    }
    let domain = text.contains('.')
        && text
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    domain.then_some(Kind::OpenId)
}
