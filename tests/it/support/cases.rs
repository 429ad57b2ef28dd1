//! Cases at a window: a few items of 锡林浩特市, people with certificates, officers.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::case::PaperReason;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::item::Whose;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::settings::Settings;
use mianzheng::flow::case;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::case::CodeOutcome;
use mianzheng::flow::case::Decision;
use mianzheng::flow::case::OpenRequest;
use mianzheng::flow::case::PersonNamed;
use mianzheng::flow::catalogue;
use mianzheng::flow::catalogue::CatalogueFiles;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::show::choice::Choice;
use mianzheng::flow::show::live as show;

use crate::support::database::Database;
use crate::support::office::BIRTH;
use crate::support::office::HALL;
use crate::support::office::HOSPITAL;
use crate::support::office::TestOffice;
use crate::support::office::birth_fields;
use crate::support::office::example;
use crate::support::office::operator;

pub(crate) const MOTHER: &str = "111:152502199206120020";
pub(crate) const FATHER: &str = "111:152522198804150036";
pub(crate) const NEWBORN: &str = "999:A157000001";
pub(crate) const POLICE: &str = "锡林浩特市公安局";
pub(crate) const CIVIL: &str = "锡林浩特市民政局";
pub(crate) const HOUSEHOLD: &str = "居民户口簿";
pub(crate) const MARRIAGE: &str = "结婚证";
pub(crate) const BIRTH_REGISTRATION: &str = "出生登记（户口登记）（婚内出生登记）";
pub(crate) const FOOD_PERMIT: &str = "食品经营许可（新办）";
pub(crate) const OLD_AGE: &str = "高龄津贴发放（新申请）";
pub(crate) const BIRTH_SERVICE: &str = "生育登记（一孩登记）";
pub(crate) const SHOP: &str = "个体工商户登记注册（设立登记）";

/// The items that tests open cases for.
const ITEMS: &[&str] = &[
    BIRTH_REGISTRATION,
    FOOD_PERMIT,
    OLD_AGE,
    BIRTH_SERVICE,
    SHOP,
];

/// A window with people before it.
pub(crate) struct Window {
    pub(crate) test: TestOffice,
    pub(crate) officer: Caller,
    pub(crate) second: Caller,
}

impl Window {
    /// A window with the items of [`ITEMS`] in 锡林浩特市 and their materials.
    pub(crate) fn on(database: Database) -> Self {
        Self::with(database, |_| {})
    }

    /// The same with settings of its own.
    pub(crate) fn with(database: Database, change: impl FnOnce(&mut Settings)) -> Self {
        let test = TestOffice::with(database, change);
        load_items(&test);
        test.give_keys(&[test.agency(POLICE), test.agency(CIVIL)]);
        let officer = test.caller(Role::Window, HALL);
        let second = Caller {
            id: "window-2".to_owned(),
            ..officer.clone()
        };
        Self {
            test,
            officer,
            second,
        }
    }

    /// Opens a case.
    pub(crate) fn open(&self, items: &[&str], name: &str, code: &str) -> CaseView {
        let items: Vec<String> = items.iter().map(|name| item(name)).collect();
        self.try_open(items, name, code).unwrap()
    }

    pub(crate) fn try_open(
        &self,
        items: Vec<String>,
        name: &str,
        code: &str,
    ) -> Result<CaseView, Failure> {
        let request = OpenRequest {
            items,
            name: name.to_owned(),
            code: HolderCode::read(code).unwrap(),
            foreign_number: None,
        };
        case::open(&self.test.office, &request, &self.officer)
    }

    /// Names somebody in a case.
    pub(crate) fn name(&self, case: &CaseView, role: Whose, name: &str, code: &str) -> CaseView {
        let named = PersonNamed {
            role,
            name: name.to_owned(),
            code: HolderCode::read(code).unwrap(),
        };
        case::name_person(&self.test.office, &case.number, &named, &self.officer, None).unwrap()
    }

    /// Puts a code before a case.
    pub(crate) fn put(&self, case: &CaseView, code: &str) -> CodeOutcome {
        case::put_code(&self.test.office, &case.number, code, &self.officer).unwrap()
    }

    /// Decides about one material.
    pub(crate) fn decide(
        &self,
        case: &CaseView,
        place: usize,
        decision: &Decision,
    ) -> Result<CaseView, Reason> {
        let office = &self.test.office;
        case::decide(office, &case.number, &[place], decision, &self.officer)
            .map_err(|why| why.problem().reason)
    }

    /// Takes a material on paper, because the applicant likes it better.
    pub(crate) fn paper(&self, case: &CaseView, place: usize) -> Result<CaseView, Reason> {
        let reason = PaperReason::PreferredPaper;
        self.decide(case, place, &Decision::Paper { reason, note: None })
    }

    /// The text of a live code with certificates and the fields of each.
    pub(crate) fn live(&self, holder: &str, shown: &[(&CertificateIdentifier, &[&str])]) -> String {
        live(&self.test, holder, shown)
    }

    /// The newborn's certificate.
    pub(crate) fn birth(&self) -> CertificateIdentifier {
        birth(&self.test)
    }

    /// A household register of somebody.
    pub(crate) fn household(&self, name: &str, code: &str, number: &str) -> CertificateIdentifier {
        household(&self.test, name, code, number)
    }

    /// The marriage certificate of the newborn's parents.
    pub(crate) fn marriage(&self) -> CertificateIdentifier {
        marriage(&self.test)
    }
}

/// The newborn's certificate.
pub(crate) fn birth(test: &TestOffice) -> CertificateIdentifier {
    let issued = test.issue(BIRTH, HOSPITAL, &birth_fields());
    issued.unwrap().identifier
}

/// The marriage certificate of the newborn's parents.
pub(crate) fn marriage(test: &TestOffice) -> CertificateIdentifier {
    let fields = [
        ("certificate_number", "J152502-2019-000123"),
        ("register_date", "2019-06-01"),
        ("man_name", "苏和"),
        ("man_id_no", "152522198804150036"),
        ("man_birth_date", "1988-04-15"),
        ("man_nationality", "中国"),
        ("woman_name", "其其格"),
        ("woman_id_no", "152502199206120020"),
        ("woman_birth_date", "1992-06-12"),
        ("woman_nationality", "中国"),
        ("issue_date", "2019-06-01"),
    ];
    test.issue(MARRIAGE, CIVIL, &fields).unwrap().identifier
}

/// The code of an item in 锡林浩特市.
pub(crate) fn item(name: &str) -> String {
    let text = std::fs::read_to_string(example("catalogue/service-items.csv")).unwrap();
    let line = text.lines().find(|line| is_item(line, name)).unwrap();
    line.split(',').next().unwrap().to_owned()
}

/// Loads the items of [`ITEMS`] and what they ask for.
pub(crate) fn load_items(test: &TestOffice) {
    let text = |name: &str| std::fs::read_to_string(example(&format!("catalogue/{name}"))).unwrap();
    let items = text("service-items.csv");
    let wanted = |line: &&str| ITEMS.iter().any(|name| is_item(line, name));
    let chosen: Vec<&str> = items.lines().filter(wanted).collect();
    let bases: Vec<&str> = chosen
        .iter()
        .map(|line| line.split(',').nth(1).unwrap())
        .collect();
    // A base item's rows may name other situations: those items come along.
    let of_base = |line: &&str| bases.contains(&line.split(',').nth(1).unwrap_or_default());
    let in_town = |line: &&str| line.contains(",152502,");
    let header = items.lines().next();
    let items: Vec<&str> = header
        .into_iter()
        .chain(items.lines().filter(of_base).filter(in_town))
        .collect();
    let materials = text("item-materials.csv");
    let header = materials.lines().next();
    let rows = materials
        .lines()
        .filter(|line| bases.contains(&line.split(',').next().unwrap_or_default()));
    let materials: Vec<&str> = header.into_iter().chain(rows).collect();
    let files = CatalogueFiles {
        items: Some(items.join("\n")),
        materials: Some(materials.join("\n")),
        ..CatalogueFiles::default()
    };
    catalogue::load(&test.office, &files, &operator()).unwrap();
}

fn is_item(line: &str, name: &str) -> bool {
    let mut cells = line.split(',');
    cells.nth(2) == Some(name) && cells.nth(1) == Some("152502")
}

/// A household register of somebody.
pub(crate) fn household(
    test: &TestOffice,
    name: &str,
    code: &str,
    number: &str,
) -> CertificateIdentifier {
    let code = code.split_once(':').unwrap().1;
    let fields = [
        ("holder_name", name),
        ("holder_code", code),
        ("certificate_number", number),
        ("household_kind", "家庭户"),
        ("head_name", name),
        ("household_no", "152502000123"),
        ("home_address", "锡林浩特市额尔敦路1号"),
        ("head_relation", "户主"),
        (
            "sex",
            if code.as_bytes()[16] % 2 == 1 {
                "男"
            } else {
                "女"
            },
        ),
        ("ethnic_group", "蒙古族"),
        (
            "birth_date",
            &format!("{}-{}-{}", &code[6..10], &code[10..12], &code[12..14]),
        ),
        ("issue_date", "2020-05-06"),
    ];
    test.issue(HOUSEHOLD, POLICE, &fields).unwrap().identifier
}

/// The text of a live code with certificates and the fields of each.
pub(crate) fn live(
    test: &TestOffice,
    holder: &str,
    shown: &[(&CertificateIdentifier, &[&str])],
) -> String {
    let choices: Vec<Choice> = shown
        .iter()
        .map(|(identifier, fields)| Choice {
            identifier: (*identifier).clone(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        })
        .collect();
    show::show(&test.office, &choices, &test.holder(holder))
        .unwrap()
        .text
}
