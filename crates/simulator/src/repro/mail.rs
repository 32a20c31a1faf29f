//! The e-mails as customers read them: in our own words, after what the vendor's help article says that they are for.

use crate::account::AccountNumber;
use crate::play::{Mail, Play};
use crate::scenario::AccountRef;
use crate::scenario::stage::Stage;
use crate::time::SimTime;
use rolecall_core::access_check::Verdict;

/// An e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailText {
    /// When it was sent.
    pub at: SimTime,
    /// To the customer of which organization.
    pub to: String,
    /// About which account, as the scenario calls it.
    pub account: String,
    /// Its number for the account since it last had access.
    pub number: u16,
    /// The subject.
    pub subject: String,
    /// The text, in paragraphs.
    pub body: Vec<String>,
}

pub(super) fn texts(play: &Play, stage: &Stage) -> Vec<MailText> {
    play.mails().iter().map(|mail| text(play, stage, mail)).collect()
}

fn text(play: &Play, stage: &Stage, mail: &Mail) -> MailText {
    let organization = play.organization_of(mail.organization);
    let number = organization.and_then(|key| stage.organizations.iter().position(|staged| staged.key == key));
    let to = number.map_or_else(String::new, |number| stage.organization_name(number).to_owned());
    let account = name_of(play, stage, mail.account);
    let mut body = vec![format!(
        "We found AWS account {} ({account}) in your organization {to} and tried to use the role in it. {}",
        mail.account,
        what_happened(mail)
    )];
    body.push("Please create the role with the code from the console: Accounts, Configure access.".to_owned());
    body.push(match mail.number {
        0 | 1 => "If your automation is creating it right now, ignore this message: we check again every hour and \
                  activate the account by ourselves."
            .to_owned(),
        number => format!(
            "This is message {number} about this account. More than one means that something does not work: look at \
             the automation that creates the role, or answer this message."
        ),
    });
    let subject = match mail.number {
        0 | 1 => format!("Access needed: AWS account {}", mail.account),
        number => format!("Access still missing: AWS account {} (message {number})", mail.account),
    };
    MailText { at: mail.at, to, account, number: mail.number, subject, body }
}

fn what_happened(mail: &Mail) -> &'static str {
    match mail.evidence.checks.last().map(|check| check.verdict) {
        Some(Verdict::Insecure) => {
            "It opens without your external ID, so anybody at our side could be tricked into using it: we do not use it."
        }
        _ => "AWS denied access.",
    }
}

/// How the scenario calls an account.
pub(super) fn name_of(play: &Play, stage: &Stage, number: AccountNumber) -> String {
    let members = (0..stage.scenario().accounts.len()).map(AccountRef::Member);
    let mut all = (0..stage.organizations.len()).map(AccountRef::Management).chain(members);
    let is_it =
        |account: &AccountRef| stage.key_of(*account).is_some_and(|key| play.world().account(key).number() == number);
    all.find(is_it).map_or_else(|| number.to_string(), |account| stage.name(account))
}
