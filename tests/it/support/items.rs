//! The items of `examples/`, for the tests that ask for them: most do without.

use mianzheng::flow::catalogue;
use mianzheng::flow::catalogue::CatalogueFiles;
use mianzheng::flow::catalogue::Loaded;

use crate::support::office::TestOffice;
use crate::support::office::example;
use crate::support::office::operator;

impl TestOffice {
    /// Loads all ten thousand items, and what they ask for.
    pub(crate) fn load_items(&self) -> Loaded {
        self.load_items_where(|_| true)
    }

    /// Loads those of them whose lines hold a text.
    pub(crate) fn load_items_with(&self, text: &str) -> Loaded {
        self.load_items_where(|line| line.contains(text))
    }

    fn load_items_where(&self, wanted: impl Fn(&str) -> bool) -> Loaded {
        let some = |name: &str| {
            let text = std::fs::read_to_string(example(&format!("catalogue/{name}"))).unwrap();
            let lines = text.lines().enumerate();
            let lines = lines.filter(|(n, line)| *n == 0 || wanted(line));
            let lines: Vec<&str> = lines.map(|(_, line)| line).collect();
            Some(lines.join("\n"))
        };
        let files = CatalogueFiles {
            items: some("service-items.csv"),
            materials: some("item-materials.csv"),
            ..CatalogueFiles::default()
        };
        catalogue::load(&self.office, &files, &operator()).unwrap()
    }
}
