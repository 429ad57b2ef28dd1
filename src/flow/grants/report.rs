//! The report: what each agency can see.

use std::collections::BTreeMap;

use serde::Serialize;

use super::GrantLine;
use super::list;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::contract::claim::disclosure;
use crate::domain::contract::claim::label;
use crate::domain::definition::CertificateType;
use crate::domain::definition::Disclosure;
use crate::domain::item::BaseItemCode;
use crate::domain::item::ItemCode;
use crate::domain::item::Items;
use crate::domain::problem::Reason;
use crate::domain::usage::UseMode;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::source::sheet::ResultFile;

/// What each agency can see at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct GrantReport {
    /// The moment.
    pub at: String,
    /// By agency; those without a grant see nothing and are left out.
    pub agencies: Vec<AgencyGrants>,
}

/// What one agency can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AgencyGrants {
    /// Its unified social credit code.
    pub agency: String,
    /// Its name.
    pub agency_name: String,
    /// By type and item.
    pub grants: Vec<GrantShown>,
}

/// What an agency can see of a type for an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct GrantShown {
    /// The grant's number.
    pub grant: i64,
    /// The type's code.
    pub type_code: String,
    /// Its name.
    pub type_name: String,
    /// Whether the certificate as a whole is special-category personal data.
    pub type_sensitive: bool,
    /// The item's code, or its base item's.
    pub item: String,
    /// Its name; none where no published item has this code.
    pub item_name: Option<String>,
    /// The fields.
    pub fields: Vec<FieldShown>,
    /// By which ways they may be used.
    pub modes: Vec<UseMode>,
    /// How many uses a day.
    pub quota_per_day: u32,
    /// The first moment it is no longer good.
    pub until: String,
    /// Whether that has come: then the agency sees nothing by it.
    pub expired: bool,
}

/// A field that an agency can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FieldShown {
    /// Its key.
    pub key: String,
    /// Its Chinese label.
    pub label: String,
    /// Its class: `always`, `by_need` or `sensitive`.
    pub class: String,
}

/// What each agency can see: an operator or auditor reads all, a system its own agency's.
///
/// # Errors
///
/// [`Reason::Forbidden`] for anybody else; [`Failure`] if the register cannot be read.
pub fn report(office: &Office, by: &Caller) -> Result<GrantReport, Failure> {
    let whose = match by.role {
        Role::Operator | Role::Auditor => None,
        Role::System if by.agency.is_some() => by.agency,
        _ => return Err(Failure::refused(Reason::Forbidden)),
    };
    let (known, items, now) = (office.known(), office.items()?, office.clock.now());
    let mut agencies: BTreeMap<u32, AgencyGrants> = BTreeMap::new();
    for GrantLine { id, grant } in list(office)? {
        if whose.is_some_and(|whose| whose != grant.agency) {
            continue;
        }
        let agency = known.agencies.get(&grant.agency);
        let of = known.type_numbered(grant.type_number);
        let (Some(agency), Some(of)) = (agency, of) else {
            return Err(Failure::Broken(format!("grant {id} names nothing")));
        };
        let entry = agencies
            .entry(grant.agency)
            .or_insert_with(|| AgencyGrants {
                agency: agency.code.to_string(),
                agency_name: agency.name.clone(),
                grants: Vec::new(),
            });
        entry.grants.push(GrantShown {
            grant: id,
            type_code: of.definition.code.clone(),
            type_name: of.definition.name.clone(),
            type_sensitive: of.definition.sensitive,
            item_name: item_name(&items, &grant.item),
            item: grant.item,
            fields: grant.fields.iter().map(|key| field(of, key)).collect(),
            modes: grant.modes,
            quota_per_day: grant.quota_per_day,
            until: grant.until.to_string(),
            expired: grant.until <= now,
        });
    }
    Ok(GrantReport {
        at: now.to_string(),
        agencies: agencies.into_values().collect(),
    })
}

fn field(of: &CertificateType, key: &str) -> FieldShown {
    let class = match disclosure(of, key) {
        Disclosure::Always => "always",
        Disclosure::ByNeed => "by_need",
        Disclosure::Sensitive => "sensitive",
    };
    FieldShown {
        key: key.to_owned(),
        label: label(Lang::Zh, &of.definition, key),
        class: class.to_owned(),
    }
}

/// The name of an item, or of the first that shares a base item.
fn item_name(items: &Items, code: &str) -> Option<String> {
    if let Ok(code) = code.parse::<ItemCode>() {
        return items.item(&code).map(|item| item.name.clone());
    }
    let base: BaseItemCode = code.parse().ok()?;
    let mut of_base = items.iter().filter(|item| item.code.base() == base);
    of_base.next().map(|item| item.main_name().to_owned())
}

/// The headings of the table, by their words.
const HEADINGS: [&str; 12] = [
    "agency",
    "grant",
    "type",
    "item",
    "item_name",
    "field",
    "key",
    "class",
    "modes",
    "quota",
    "until",
    "standing",
];

/// The report as CSV with Chinese headings, a line for each field: UTF-8 with a byte order mark,
/// and no cell that a spreadsheet program would take for a formula.
///
/// # Errors
///
/// [`Failure::Broken`] if it cannot be written, which memory does not refuse.
pub fn csv(report: &GrantReport) -> Result<Vec<u8>, Failure> {
    let broken = |why: crate::source::sheet::WriteError| Failure::Broken(why.to_string());
    let word = |key: &str| say(Lang::Zh, key, &[]);
    let headings = HEADINGS.map(|key| word(&format!("grants.{key}")));
    let mut file = ResultFile::new(&headings, Vec::new()).map_err(broken)?;
    for agency in &report.agencies {
        for grant in &agency.grants {
            let modes = grant
                .modes
                .iter()
                .map(|mode| word(&format!("use_mode.{}", mode.name())));
            let modes = modes.collect::<Vec<_>>().join("、");
            let standing = if grant.expired { "expired" } else { "in_force" };
            for field in &grant.fields {
                let row = [
                    agency.agency_name.clone(),
                    grant.grant.to_string(),
                    grant.type_name.clone(),
                    grant.item.clone(),
                    grant.item_name.clone().unwrap_or_default(),
                    field.label.clone(),
                    field.key.clone(),
                    word(&format!("cli.class_{}", field.class)),
                    modes.clone(),
                    grant.quota_per_day.to_string(),
                    grant.until.clone(),
                    word(&format!("grants.{standing}")),
                ];
                file.push(&row).map_err(broken)?;
            }
        }
    }
    file.finish().map_err(broken)
}
