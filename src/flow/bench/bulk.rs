//! Issuing by the file, beside signing alone and loading the same finished rows.

use std::fmt::Write;
use std::sync::Arc;

use crate::crypto::random::array;
use crate::crypto::signer::Signer;
use crate::domain::caller::Caller;
use crate::domain::check_character::mod_11_2;
use crate::domain::time::Day;
use crate::flow::batch;
use crate::flow::batch::BatchOrder;
use crate::flow::batch::Outputs;
use crate::flow::batch::Task;
use crate::flow::batch::report::Report;
use crate::flow::bench::Figure;
use crate::flow::bench::timed;
use crate::flow::demo::CDC;
use crate::flow::demo::HEALTH;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Store;
use crate::store::StoreSecrets;
use crate::store::reload::FinishedRows;

/// Rows of one transaction, as issuing writes them.
const SHARE: i64 = 2000;

/// Cores that the bare signatures are made on.
const CORES: u32 = 2;

/// Issues so many health certificates from a generated file and loads the same rows again.
///
/// `empty` is the address of an empty database of the same kind.
///
/// # Errors
///
/// [`Failure`] if either fails, or not every row was issued.
pub fn measure(office: &Office, empty: &str, count: u32) -> Result<Vec<Figure>, Failure> {
    let file = sheet(office, count);
    let (report, issuing) = timed(|| issue(office, &file));
    let report = report?;
    let issuer = office.known().agency_named(CDC)?.number;
    if report.counts.issued != u64::from(count) {
        return Err(Failure::Broken(format!(
            "{} of {count} were issued",
            report.counts.issued
        )));
    }
    let signing = signing(office, issuer, count)?;
    let finished = office.store.snapshot(|rx| FinishedRows::read(rx, SHARE))?;
    let secrets = StoreSecrets {
        ledger: office.keyring.ledger_key(),
        vault: office.keyring.vault(),
        randomness: Arc::clone(&office.randomness),
    };
    let target = Store::open(empty, 2, Arc::new(secrets))?;
    finished.write_ground(&target)?;
    let (written, loading) = timed(|| finished.write_again(&target));
    written?;
    let least = signing + loading.as_secs_f64();
    let what = format!("issuing {count} certificates from a CSV");
    let limit = format!(
        "signing on {CORES} cores ({signing:.2} s) and loading the same rows ({:.2} s)",
        loading.as_secs_f64()
    );
    Ok(vec![Figure::new(
        &what,
        &limit,
        (issuing.as_secs_f64(), least),
        "s",
    )])
}

/// Issues a sheet of health certificates; rows that were issued before are the same.
pub(super) fn issue(office: &Office, file: &[u8]) -> Result<Report, Failure> {
    let known = office.known();
    let of = known.type_named(HEALTH)?;
    let by = Caller::at_the_machine();
    let order = BatchOrder {
        of: &of,
        issuer: known.agency_named(CDC)?,
        task: Task::Issue,
        dry_run: false,
        stock: false,
        all_or_nothing: false,
        by: &by,
    };
    let outputs = Outputs {
        results: &mut std::io::sink(),
        errors: &mut std::io::sink(),
        progress: &mut |_| Ok(()),
    };
    batch::run(office, order, &file, None, outputs)
}

/// Seconds that as many bare signatures take on two cores.
fn signing(office: &Office, agency: u32, count: u32) -> Result<f64, Failure> {
    let signer = office.issuing_key(agency)?;
    let message: [u8; 1200] = array(&*office.randomness);
    let share = count.div_ceil(CORES);
    let ((), taken) = timed(|| {
        std::thread::scope(|scope| {
            for _ in 0..CORES {
                let signer: &dyn Signer = &*signer;
                scope.spawn(move || {
                    for _ in 0..share {
                        std::hint::black_box(signer.sign(&message).is_ok());
                    }
                });
            }
        });
    });
    Ok(taken.as_secs_f64())
}

/// The citizen number in a row of the sheet.
pub(super) fn citizen(n: u32) -> String {
    let born = Day::from_number(i64::from(n % 12_000) + 365)
        .to_string()
        .replace('-', "");
    let body = format!("152502{born}{:03}", (n / 12_000) * 2 + 1);
    let check = mod_11_2(&body).unwrap_or('X');
    format!("{body}{check}")
}

/// A health office's sheet of so many rows; the people are synthetic.
#[must_use]
pub fn sheet(office: &Office, count: u32) -> Vec<u8> {
    let today = office.clock.now().day();
    let mut text = String::from(
        "姓名,性别,身份证号码,从业类别,工作单位,体检日期,体检单位,体检结论,发证日期,证件编号\n",
    );
    for n in 0..count {
        let code = citizen(n);
        let exam = today.plus(0, 0, -30);
        let issued = today.plus(0, 0, -28);
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "巴特尔,男,{code},餐饮服务,锡林浩特市额尔敦餐厅,{exam},锡林浩特市疾病预防控制中心,合格,{issued},锡市健〔2026〕{:07}号",
            n + 1
        );
    }
    text.into_bytes()
}
