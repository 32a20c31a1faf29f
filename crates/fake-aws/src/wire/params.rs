//! Parameters of the query protocol: `Name=value`, lists as `Name.member.N`, structures as `Name.Member`
//! (botocore's serialiser of the protocol `query`; IAM API reference, "Making query requests").

use super::Refusal;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::str::FromStr;

/// Members of one list that are looked at, at most.
const MEMBERS_MAX: usize = 10_000;

/// The parameters of a call, or those below one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads a form body. Of a name that comes twice the last value counts.
    pub(crate) fn parse(form: &str) -> Self {
        let pairs = form.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decoded(name), decoded(value))
                })
                .collect(),
        )
    }

    /// The value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The value of a parameter that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing(name))
    }

    /// A value of at most so many characters, at least one.
    pub(crate) fn bounded(&self, name: &str, chars_max: usize) -> Result<&str, Refusal> {
        let value = self.required(name)?;
        match value.chars().count() {
            0 => Err(Refusal::constraint(value, name, "have length greater than or equal to 1")),
            chars if chars > chars_max => {
                Err(Refusal::constraint(value, name, &format!("have length less than or equal to {chars_max}")))
            }
            _ => Ok(value),
        }
    }

    /// A number.
    pub(crate) fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let Some(text) = self.get(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Refusal::malformed(text, name, "integer"))
    }

    /// The parameters of a structure: those below `name.`; nothing when there are none.
    pub(crate) fn structure(&self, name: &str) -> Option<Self> {
        let below: BTreeMap<_, _> =
            self.0.iter().filter_map(|(key, value)| Some((below(key, name)?.to_owned(), value.clone()))).collect();
        (!below.is_empty()).then_some(Self(below))
    }

    /// The values of a list, in order.
    pub(crate) fn members(&self, name: &str) -> Vec<&str> {
        (1..=MEMBERS_MAX).map_while(|place| self.get(&format!("{name}.member.{place}"))).collect()
    }

    /// The structures of a list, in order.
    pub(crate) fn structures(&self, name: &str) -> Vec<Self> {
        (1..=MEMBERS_MAX).map_while(|place| self.structure(&format!("{name}.member.{place}"))).collect()
    }

    /// Whether there is a parameter of this name, or one below it.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, value)| (key == name && !value.is_empty()) || below(key, name).is_some())
    }

    /// Refuses parameters that would change what the call means and that a world does not have.
    pub(crate) fn refuse(&self, names: &[&str]) -> Result<(), Refusal> {
        match names.iter().find(|name| self.has(name)) {
            None => Ok(()),
            Some(name) => Err(Refusal::not_modelled(&format!("the parameter {name}"))),
        }
    }
}

fn below<'k>(key: &'k str, name: &str) -> Option<&'k str> {
    key.strip_prefix(name)?.strip_prefix('.')
}

/// `%XX` and `+` taken back; what is no UTF-8 afterwards is replaced.
fn decoded(text: &str) -> String {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return text.to_owned();
    }
    let mut bytes = text.bytes();
    let mut found = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => found.push(b' '),
            b'%' => {
                let digits = [bytes.next(), bytes.next()];
                let value = digits
                    .iter()
                    .try_fold(0_u32, |value, digit| Some(value * 16 + char::from((*digit)?).to_digit(16)?));
                match value.and_then(|value| u8::try_from(value).ok()) {
                    Some(value) => found.push(value),
                    None => found.extend(std::iter::once(b'%').chain(digits.into_iter().flatten())),
                }
            }
            other => found.push(other),
        }
    }
    String::from_utf8_lossy(&found).into_owned()
}

/// Everything but unreserved characters as `%XX` (RFC 3986), which is how IAM answers policy documents.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            let _infallible = write!(written, "%{byte:02X}");
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_back() {
        let text = "Ünïcödé + {\"a\":[1 , 2]}\n&=%";
        let params = Params::parse(&format!("Action=X&Doc={}&Empty=&Plus=a+b&Bad=%zz%4", percent_encoded(text)));
        assert_eq!(params.get("Doc"), Some(text));
        assert_eq!(params.get("Empty"), Some(""));
        assert_eq!(params.get("Plus"), Some("a b"));
        assert_eq!(params.get("Bad"), Some("%zz%4"));
        assert!(params.required("Absent").is_err());
    }

    #[test]
    fn lists_and_structures_have_members() {
        let params = Params::parse(
            "A.member.1=x&A.member.2=y&A.member.4=z&Tags.member.1.Key=k&Tags.member.1.Value=&Tags.member.2.Key=l&S.T.member.1=u&Tagsy=1",
        );
        assert_eq!(params.members("A"), ["x", "y"]);
        let tags = params.structures("Tags");
        assert_eq!(tags.len(), 2);
        assert_eq!(tags[0].get("Value"), Some(""));
        assert_eq!(params.structure("S").unwrap().members("T"), ["u"]);
        assert!(params.structure("Nothing").is_none());
        assert!(params.refuse(&["Nothing", "Tag"]).is_ok() && params.refuse(&["Tags"]).is_err());
    }
}
