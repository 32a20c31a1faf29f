//! Texts by number: names, paths, external IDs and Regions are kept once and compared as numbers, so that requests are
//! small values and an account holds no text of its own. Each text knows its hash, which is the same on every machine.

pub(crate) use rolecall_core::access_check::mix;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A text of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(u32);

impl TextId {
    pub(crate) const FIRST: Self = Self(0);
    pub(crate) const LAST: Self = Self(u32::MAX);
}

/// The texts of a world.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    all: Vec<Text>,
    numbers: BTreeMap<Arc<str>, TextId>,
}

#[derive(Clone, Debug)]
struct Text {
    text: Arc<str>,
    hash: u64,
    folded: TextId,
    chars: usize,
    /// Whether all characters are letters, digits or `_+=,.@-`, and whether `:` and `/` stand among them.
    form: Form,
}

/// Of which characters a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `[\w+=,.@-]*`: names of roles, policies and sessions.
    Name,
    /// `[\w+=,.@:/-]*`: external IDs.
    ExternalId,
    Other,
}

fn form(text: &str) -> Form {
    let name = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    match () {
        () if text.bytes().all(name) => Form::Name,
        () if text.bytes().all(|byte| name(byte) || b":/".contains(&byte)) => Form::ExternalId,
        () => Form::Other,
    }
}

impl Texts {
    /// The number of a text, which is kept from now on.
    pub fn id(&mut self, text: &str) -> TextId {
        if let Some(id) = self.numbers.get(text) {
            return *id;
        }
        let id = TextId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        let kept: Arc<str> = Arc::from(text);
        self.numbers.insert(Arc::clone(&kept), id);
        let (chars, form) = (text.chars().count(), form(text));
        self.all.push(Text { text: kept, hash: hash_text(text), folded: id, chars, form });
        let lower = text.to_ascii_lowercase();
        if lower != text {
            let folded = self.id(&lower);
            if let Some(text) = self.all.get_mut(id.0 as usize) {
                text.folded = folded;
            }
        }
        id
    }

    /// The number of a text that is kept already.
    pub fn known(&self, text: &str) -> Option<TextId> {
        self.numbers.get(text).copied()
    }

    /// The text.
    pub fn get(&self, id: TextId) -> &str {
        self.all.get(id.0 as usize).map_or("", |text| &text.text)
    }

    /// A hash of the text, independent of its number.
    pub fn hash(&self, id: TextId) -> u64 {
        self.all.get(id.0 as usize).map_or(0, |text| text.hash)
    }

    /// How many characters it has, and of which kind.
    pub(crate) fn measure(&self, id: TextId) -> (usize, Form) {
        self.all.get(id.0 as usize).map_or((0, Form::Other), |text| (text.chars, text.form))
    }

    /// The text in lower case (ASCII, as IAM compares names).
    pub fn folded(&self, id: TextId) -> TextId {
        self.all.get(id.0 as usize).map_or(id, |text| text.folded)
    }
}

/// FNV-1a with a finish that spreads the bits; the same on every machine.
pub(crate) fn hash_text(text: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let hash = text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    mix(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_once_and_fold_their_case() {
        let mut texts = Texts::default();
        let (upper, lower) = (texts.id("ProsperOps"), texts.id("prosperops"));
        assert_ne!(upper, lower);
        assert_eq!(texts.id("ProsperOps"), upper);
        assert_eq!(texts.folded(upper), texts.folded(lower));
        assert_eq!(texts.get(upper), "ProsperOps");
        assert_eq!(texts.known("other"), None);
    }

    #[test]
    fn hashes_do_not_depend_on_the_order() {
        let (mut one, mut other) = (Texts::default(), Texts::default());
        let (a, _) = (one.id("a"), one.id("b"));
        let (_, again) = (other.id("b"), other.id("a"));
        assert_eq!(one.hash(a), other.hash(again));
        assert_ne!(a, again);
    }
}
