//! What the parts of a paper are to each other, for readers that do not look at it.

use std::num::NonZeroU16;

use krilla::tagging::Identifier;
use krilla::tagging::Node as TagNode;
use krilla::tagging::TableHeaderScope;
use krilla::tagging::Tag;
use krilla::tagging::TagGroup;
use krilla::tagging::TagTree;
use krilla::tagging::kind;

/// What a part is.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// The title.
    Title,
    /// A heading.
    Heading,
    /// Running text.
    Paragraph,
    /// A table.
    Table,
    /// A row of one.
    Row,
    /// A cell that says what its column holds.
    ColumnHeader,
    /// A cell that says what the cell behind it holds.
    RowHeader,
    /// A cell.
    Cell,
    /// A drawing, and what it is in words.
    Drawing(String),
}

/// A part that was put down; what is drawn for it names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PartId(usize);

/// The parts, each under another or under the paper itself.
#[derive(Debug, Default)]
pub(super) struct Structure {
    parts: Vec<(Part, Option<PartId>)>,
}

impl Structure {
    /// Puts a part behind what is there.
    pub(super) fn add(&mut self, part: Part, under: Option<PartId>) -> PartId {
        self.parts.push((part, under));
        PartId(self.parts.len() - 1)
    }

    /// The tree of parts for the file, with what was drawn for each.
    pub(super) fn tree(self, lang: &str, drawn: Vec<(PartId, Identifier)>) -> TagTree {
        let mut groups: Vec<TagGroup> = self.parts.iter().map(|(part, _)| part.group()).collect();
        for (part, identifier) in drawn {
            if let Some(group) = groups.get_mut(part.0) {
                group.push(identifier);
            }
        }
        // From the last: a part is put down after the one it is under, so when it is moved into
        // that one everything under it is in it already. Children come in backwards.
        let mut tree = TagTree::new().with_lang(Some(lang.to_owned()));
        let mut top = Vec::new();
        while let Some(mut group) = groups.pop() {
            let under = self.parts.get(groups.len()).and_then(|(_, under)| *under);
            if let Some(TagNode::Group(_)) = group.children.first() {
                group.children.reverse();
            }
            match under.and_then(|under| groups.get_mut(under.0)) {
                Some(parent) => parent.push(TagNode::Group(group)),
                None => top.push(TagNode::Group(group)),
            }
        }
        for node in top.into_iter().rev() {
            tree.push(node);
        }
        tree
    }
}

impl Part {
    fn group(&self) -> TagGroup {
        let level = |level| NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        match self {
            Self::Title => TagGroup::new(Tag::<kind::Hn>::Hn(level(1), None)),
            Self::Heading => TagGroup::new(Tag::<kind::Hn>::Hn(level(2), None)),
            Self::Paragraph => TagGroup::new(Tag::<kind::P>::P),
            Self::Table => TagGroup::new(Tag::<kind::Table>::Table),
            Self::Row => TagGroup::new(Tag::<kind::TR>::TR),
            Self::ColumnHeader => TagGroup::new(Tag::<kind::TH>::TH(TableHeaderScope::Column)),
            Self::RowHeader => TagGroup::new(Tag::<kind::TH>::TH(TableHeaderScope::Row)),
            Self::Cell => TagGroup::new(Tag::<kind::TD>::TD),
            Self::Drawing(words) => TagGroup::new(Tag::<kind::Figure>::Figure(Some(words.clone()))),
        }
    }
}
