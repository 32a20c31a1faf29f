//! Writes XML answers: elements one after the other, texts escaped.

use quick_xml::escape::escape;

/// XML that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Xml(String);

impl Xml {
    /// An element with a text.
    pub(crate) fn text(&mut self, name: &str, text: &str) -> &mut Self {
        self.open(name);
        self.0.push_str(&escape(text));
        self.close(name)
    }

    /// The same, when there is one.
    pub(crate) fn optional(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        if let Some(text) = text {
            self.text(name, text);
        }
        self
    }

    /// An element with elements in it.
    pub(crate) fn element(&mut self, name: &str, inside: impl FnOnce(&mut Self)) -> &mut Self {
        self.open(name);
        inside(self);
        self.close(name)
    }

    /// A list: each item stands in a `<member>`.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        self.element(name, |xml| {
            for item in items {
                xml.element("member", |xml| write(xml, item));
            }
        })
    }

    /// A list of texts.
    pub(crate) fn texts<'t>(&mut self, name: &str, items: impl IntoIterator<Item = &'t str>) -> &mut Self {
        self.list(name, items, Self::raw)
    }

    /// A text within the element that is open.
    pub(crate) fn raw(&mut self, text: &str) {
        self.0.push_str(&escape(text));
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn open(&mut self, name: &str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
    }

    fn close(&mut self, name: &str) -> &mut Self {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_lists_have_members() {
        let mut xml = Xml::default();
        xml.text("A", "<&>\"'").optional("B", None).texts("C", ["x", "y"]);
        assert_eq!(xml.as_str(), "<A>&lt;&amp;&gt;&quot;&apos;</A><C><member>x</member><member>y</member></C>");
    }
}
