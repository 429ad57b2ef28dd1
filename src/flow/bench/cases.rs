//! What whole cases are measured with: an organisation with five certificates, and an item that
//! asks for just those; the limits beside them; and figures over generated cases.

use std::time::Duration;

use crate::crypto::random::array;
use crate::crypto::signer::Signer;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::contract::example::example;
use crate::domain::definition::CertificateType;
use crate::domain::definition::FieldKind;
use crate::domain::draft::Draft;
use crate::domain::holder::HolderCode;
use crate::domain::item::Item;
use crate::domain::problem::Reason;
use crate::domain::value::Raw;
use crate::flow::bench::Figure;
use crate::flow::bench::generated;
use crate::flow::bench::micros_each;
use crate::flow::bench::processor_ns;
use crate::flow::bench::timed;
use crate::flow::bench::token;
use crate::flow::credentials;
use crate::flow::credentials::NewCredential;
use crate::flow::demo;
use crate::flow::failure::Failure;
use crate::flow::figures;
use crate::flow::figures::Span;
use crate::flow::issue::may_issue;
use crate::flow::issue::one::OneRequest;
use crate::flow::issue::one::issue_one;
use crate::flow::keys;
use crate::flow::office::Office;
use crate::store::Tx;

/// The item: it asks for five certificates of the organisation that comes, and two papers.
const ITEM: &str = "商品房预售许可（新办）";

/// The division in which it is asked for.
const DIVISION: &str = "152502";

/// Who comes: an organisation that nobody is.
const ORGANISATION: (&str, &str) = ("锡林浩特市示例商贸有限公司", "91152502MA0000001L");

/// What is written in one transaction of the limit: about as much as a case is, sealed.
const BYTES: usize = 6000;

/// What is promised of figures, in milliseconds.
const FIGURES_MS: f64 = 1000.0;

/// What an officer and a phone need for whole cases.
pub struct Counter {
    /// The item's code.
    pub item: String,
    /// The organisation's name.
    pub name: String,
    /// Its code, a 统一社会信用代码.
    pub code: String,
    /// Its certificates, each with the fields that the item needs.
    pub shown: Vec<(String, Vec<String>)>,
    /// The window's token.
    pub window: String,
    /// The phone's token.
    pub phone: String,
}

impl Counter {
    /// Makes keys for the issuers, and issues the certificates.
    ///
    /// # Errors
    ///
    /// [`Failure`]; what was issued until then is there.
    pub fn of(office: &Office) -> Result<Self, Failure> {
        let items = office.items()?;
        let is = |item: &&std::sync::Arc<Item>| {
            item.name == ITEM && item.division.to_string() == DIVISION
        };
        let item = items.iter().find(is);
        let item = item.ok_or(Failure::refused(Reason::UnknownItem))?;
        let rule = items.rule(item.code.base());
        let rule = rule.ok_or(Failure::refused(Reason::UnknownItem))?;
        let asked = rule.in_scenario(&item.scenario);
        let asked = asked.filter(|row| row.is_waivable());
        let code = HolderCode::read(&format!("001:{}", ORGANISATION.1));
        let code = code.map_err(|why| Failure::Broken(why.to_string()))?;
        let mut shown = Vec::new();
        for row in asked {
            let of = row.certificate_type.as_deref().unwrap_or_default();
            let of = office.known().type_named(of)?;
            shown.push((issue(office, &of)?, row.fields_needed.clone()));
        }
        let new = NewCredential {
            role: Role::Holder,
            agency: None,
            holder: Some(&code),
            label: "bench",
            days: 1,
        };
        Ok(Self {
            item: item.code.to_string(),
            name: ORGANISATION.0.to_owned(),
            code: ORGANISATION.1.to_owned(),
            shown,
            window: token(office, Role::Window, demo::HALL)?,
            phone: credentials::create_token(office, &new, &Caller::at_the_machine())?,
        })
    }
}

/// Issues the organisation a certificate of a type, and tells its identifier.
fn issue(office: &Office, of: &CertificateType) -> Result<String, Failure> {
    let by = Caller::at_the_machine();
    let known = office.known();
    let may = |agency: &&crate::domain::agency::Agency| may_issue(office, agency, of).is_ok();
    let issuer = known.agencies.values().filter(may);
    let issuer = issuer.min_by_key(|agency| agency.number);
    let issuer = issuer.ok_or(Failure::refused(Reason::MayNotIssue))?;
    if office.issuing_key(issuer.number).is_err() {
        keys::create(office, issuer, &by)?;
        demo::publish(office, &by)?;
    }
    let issued = issue_one(
        office,
        OneRequest {
            of,
            issuer,
            draft: &draft(of),
            pictures: Vec::new(),
            stock: false,
            as_correction: false,
            by: &by,
            key: None,
        },
    )?;
    Ok(issued.identifier.to_string())
}

/// An example of a type, of the organisation and without pictures.
fn draft(of: &CertificateType) -> Draft {
    let Draft(mut columns) = example(of);
    let own = [
        ("holder_name", ORGANISATION.0),
        ("holder_code", ORGANISATION.1),
        ("holder_code_type", "001"),
    ];
    columns.extend(own.map(|(key, value)| (key.to_owned(), Raw::Text(value.to_owned()))));
    for field in &of.definition.fields {
        if matches!(field.kind, FieldKind::Image) {
            columns.remove(&field.key);
        }
    }
    Draft(columns)
}

/// Microseconds on the wall and of processor time that one durable transaction takes which
/// writes as much as a case, when so many threads write at once.
///
/// # Errors
///
/// [`Failure`] if one of them fails.
pub fn bare_transaction_us(
    office: &Office,
    threads: u32,
    count: u32,
) -> Result<(f64, f64), Failure> {
    let value: String = "6".repeat(BYTES);
    let each = count / threads;
    let write = |thread: u32| {
        let before = processor_ns()?;
        for n in 0..each {
            let name = format!("bench-{thread}-{n}");
            let put = |tx: &mut Tx<'_>| Ok::<_, Failure>(tx.put_setting(&name, &value)?);
            office.store.write(put)?;
        }
        Ok::<_, Failure>(processor_ns()?.saturating_sub(before))
    };
    let (spent, taken) = timed(|| {
        std::thread::scope(|scope| {
            let running: Vec<_> = (0..threads)
                .map(|n| scope.spawn(move || write(n)))
                .collect();
            let ended = running.into_iter().map(std::thread::ScopedJoinHandle::join);
            ended.collect::<Result<Result<Vec<u64>, Failure>, _>>()
        })
    });
    let Ok(spent) = spent else {
        return Err(Failure::Broken("a thread panicked".to_owned()));
    };
    let spent = Duration::from_nanos(spent?.into_iter().sum());
    let count = each * threads;
    Ok((micros_each(taken, count), micros_each(spent, count)))
}

/// Microseconds of processor time of one signature.
///
/// # Errors
///
/// [`Failure`] where the system does not tell processor time.
pub fn signature_us(office: &Office) -> Result<f64, Failure> {
    let signer = crate::crypto::signer::Ed25519Signer::generate(&*office.randomness);
    let message: [u8; 4000] = array(&*office.randomness);
    super::processor_us(1000, || {
        std::hint::black_box(signer.sign(&message).is_ok());
    })
}

/// Generates so many cases and measures how long their figures take.
///
/// # Errors
///
/// [`Failure`] if they cannot be written, or the figures do not find them all.
pub fn figures(office: &Office, count: u32) -> Result<Figure, Failure> {
    let by = Caller {
        id: "bench".to_owned(),
        role: Role::Window,
        agency: Some(office.known().agency_named(demo::HALL)?.number),
        holder: None,
        person: None,
    };
    let today = office.clock.now().day();
    let closed = generated::write(office, b"bench", count, &by)?.len();
    let span = Span::of(today, today.plus(0, 0, 1));
    let ask = || figures::count(office, &span, &Caller::at_the_machine());
    let found = ask()?;
    if usize::try_from(found.cases) != Ok(closed) {
        let what = format!("{} of {closed} cases were counted", found.cases);
        return Err(Failure::Broken(what));
    }
    let mut taken: Vec<Duration> = Vec::new();
    for _ in 0..5 {
        let (again, time) = timed(ask);
        again?;
        taken.push(time);
    }
    taken.sort_unstable();
    let middle = taken.get(taken.len() / 2).copied().unwrap_or_default();
    let what = format!(
        "figures over {count} cases, {} materials waived",
        found.waived
    );
    let ours = (middle.as_secs_f64() * 1000.0, FIGURES_MS);
    Ok(Figure::new(&what, "promised at most", ours, "ms"))
}
