//! The files of items and of what they ask for: read, and each row judged.

use std::collections::BTreeMap;
use std::collections::HashSet;

use super::table::NamedRow;
use super::table::each_row;
use crate::domain::item::BaseItemCode;
use crate::domain::item::ExemptClass;
use crate::domain::item::Form;
use crate::domain::item::HowMany;
use crate::domain::item::Item;
use crate::domain::item::ItemCode;
use crate::domain::item::Material;
use crate::domain::item::Necessity;
use crate::domain::item::Route;
use crate::domain::item::Whose;
use crate::flow::failure::Failure;

/// What every base item asks for.
pub(super) type Materials = BTreeMap<BaseItemCode, Vec<Material>>;

/// Reads `service-items.csv`.
///
/// # Errors
///
/// [`Reason::BadDefinition`](crate::domain::problem::Reason::BadDefinition) with row and column.
pub(super) fn read_items(text: &str) -> Result<Vec<Item>, Failure> {
    let columns = [
        "item_code",
        "base_item_code",
        "name",
        "scenario",
        "division",
        "department",
        "holder_kind",
    ];
    let mut all = Vec::new();
    let mut codes = HashSet::new();
    each_row("service-items.csv", text, &columns, |row| {
        let code: ItemCode = row.read("item_code")?;
        if row.read::<BaseItemCode>("base_item_code")? != code.base() {
            return Err(row.fault("base_item_code", "is not that of the item's code"));
        }
        if !codes.insert(code) {
            return Err(row.fault("item_code", "stands twice"));
        }
        let name = row.text("name");
        if name.is_empty() {
            return Err(row.fault("name", "is blank"));
        }
        all.push(Item {
            code,
            name: name.to_owned(),
            scenario: row.text("scenario").to_owned(),
            division: row.read("division")?,
            department: row.text("department").to_owned(),
            holder: row.read("holder_kind")?,
        });
        Ok(())
    })?;
    Ok(all)
}

/// Reads `item-materials.csv`.
///
/// # Errors
///
/// [`Reason::BadDefinition`](crate::domain::problem::Reason::BadDefinition) with row and column.
pub(super) fn read_materials(text: &str) -> Result<Materials, Failure> {
    let columns = [
        "base_item_code",
        "seq",
        "material",
        "necessity",
        "form",
        "certificate_type_code",
        "exemption_route",
        "fields_needed",
        "note",
        "scenarios",
        "whose",
        "count",
        "alt_group",
        "return_paper",
        "exempt_class",
        "identity",
    ];
    let mut all = Materials::new();
    each_row("item-materials.csv", text, &columns, |row| {
        let base: BaseItemCode = row.read("base_item_code")?;
        let material = material(row)?;
        let list = all.entry(base).or_default();
        if usize::from(material.seq) != list.len() + 1 {
            return Err(row.fault("seq", "does not run on from 1 in its item"));
        }
        list.push(material);
        Ok(())
    })?;
    Ok(all)
}

fn material(row: &NamedRow<'_>) -> Result<Material, Failure> {
    let filled = |column: &str| Some(row.text(column).to_owned()).filter(|text| !text.is_empty());
    let Some(name) = filled("material") else {
        return Err(row.fault("material", "is blank"));
    };
    let read = Material {
        seq: row.read("seq")?,
        name,
        necessity: row.one_of(
            "necessity",
            &[
                ("必要", Necessity::Required),
                ("非必要", Necessity::Conditional),
                ("容缺", Necessity::Tolerant),
            ],
        )?,
        form: row.one_of(
            "form",
            &[
                ("原件", Form::Original),
                ("复印件", Form::Copy),
                ("电子", Form::Electronic),
            ],
        )?,
        certificate_type: filled("certificate_type_code"),
        route: row.one_of(
            "exemption_route",
            &[
                ("", None),
                ("电子证照", Some(Route::Certificate)),
                ("数据共享", Some(Route::DataSharing)),
                ("部门核验", Some(Route::DepartmentCheck)),
                ("告知承诺", Some(Route::Promise)),
                ("直接取消", Some(Route::Cancelled)),
            ],
        )?,
        fields_needed: row.list("fields_needed"),
        note: row.text("note").to_owned(),
        scenarios: row.list("scenarios"),
        whose: filled("whose")
            .map(|name| {
                Whose::from_name(&name).ok_or_else(|| row.fault("whose", "none of the words"))
            })
            .transpose()?,
        how_many: row.one_of("count", &[("1", HowMany::One), ("each", HowMany::Each)])?,
        alternatives: filled("alt_group"),
        return_paper: row.flag("return_paper")?,
        exempt: row.one_of(
            "exempt_class",
            &[
                ("", None),
                ("1", Some(ExemptClass::OwnIssue)),
                ("2", Some(ExemptClass::Replaced)),
            ],
        )?,
        identity: row.flag("identity")?,
    };
    if read.return_paper && read.route.is_some() {
        return Err(row.fault("return_paper", "what is taken back cannot be waived"));
    }
    Ok(read)
}
