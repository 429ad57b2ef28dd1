//! The national operations: the same gate as every other use, in the envelope that integrators of
//! the national interface know.

use actix_web::web::Bytes;
use actix_web::web::Data;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::usage::Purpose;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::interface;
use crate::flow::interface::Answer;
use crate::flow::interface::UseRequest;
use crate::flow::interface::Wanted;
use crate::flow::national;
use crate::flow::office::Office;
use crate::http::desk::Desk;
use crate::http::headed::Asked;
use crate::http::headed::RequestSerial;
use crate::http::headed::enveloped;
use crate::http::off_loop::about_type;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::shapes::interface::SourceTold;
use crate::http::shapes::national::answers::DataGiven;
use crate::http::shapes::national::answers::FileGiven;
use crate::http::shapes::national::answers::NationalCertificate;
use crate::http::shapes::national::answers::NationalDataAnswer;
use crate::http::shapes::national::answers::NationalFileAnswer;
use crate::http::shapes::national::answers::NationalTypesAnswer;
use crate::http::shapes::national::answers::NationalValuesAnswer;
use crate::http::shapes::national::answers::ResultGiven;
use crate::http::shapes::national::answers::TypesGiven;
use crate::http::shapes::national::requests::NationalHolderRequest;
use crate::http::shapes::national::requests::NationalIdentifierRequest;
use crate::http::shapes::national::requests::NationalTypesRequest;
use crate::http::shapes::national::requests::NationalValuesRequest;

/// What a request wants of which type, taken out of its envelope.
struct Use {
    of: String,
    wanted: Wanted,
    purpose: Purpose,
    fields: Vec<String>,
    body: Bytes,
}

impl Use {
    /// Passes it to one of the interface's operations.
    fn through<T>(
        &self,
        office: &Office,
        operation: impl FnOnce(&Office, &UseRequest<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let request = UseRequest {
            of: &*office.known().type_named(&self.of)?,
            wanted: &self.wanted,
            purpose: &self.purpose,
            fields: &self.fields,
            body: &self.body,
        };
        operation(office, &request)
    }
}

/// The types.
pub(crate) async fn types(desk: Data<Desk>, asked: Asked<NationalTypesRequest>) -> Reply {
    let (said, _, serial) = asked.apart();
    let all = off_the_loop(&desk, move |office| {
        Ok(national::types(office, said.data.name.trim()))
    });
    let all = all.await?;
    enveloped::<_, NationalTypesAnswer>(&desk, &serial, TypesGiven::from(all))
}

/// Which certificates of a type a holder has.
pub(crate) async fn retrieve(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    asked: Asked<NationalHolderRequest>,
) -> Reply {
    let (wanted, serial) = of_holder(asked)?;
    let named = wanted.of.clone();
    let given = about_type(&desk, &named, move |office| {
        let given = wanted.through(office, |office, request| {
            interface::retrieve(office, request, &by)
        })?;
        told(office, &wanted.of, given, Evidence::Left)
    });
    enveloped::<_, NationalDataAnswer>(&desk, &serial, given.await?)
}

/// The granted fields of a holder's certificates.
pub(crate) async fn data_by_holder(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    asked: Asked<NationalHolderRequest>,
) -> Reply {
    let (wanted, serial) = of_holder(asked)?;
    let given = data(&desk, by, wanted).await?;
    enveloped::<_, NationalDataAnswer>(&desk, &serial, given)
}

/// The granted fields of one certificate.
pub(crate) async fn data_by_identifier(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    asked: Asked<NationalIdentifierRequest>,
) -> Reply {
    let (wanted, serial) = of_identifier(asked)?;
    let given = data(&desk, by, wanted).await?;
    enveloped::<_, NationalDataAnswer>(&desk, &serial, given)
}

/// A copy of a holder's certificate.
pub(crate) async fn file_by_holder(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    asked: Asked<NationalHolderRequest>,
) -> Reply {
    let (wanted, serial) = of_holder(asked)?;
    let made = copy(&desk, by, wanted).await?;
    enveloped::<_, NationalFileAnswer>(&desk, &serial, made)
}

/// A copy of one certificate.
pub(crate) async fn file_by_identifier(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    asked: Asked<NationalIdentifierRequest>,
) -> Reply {
    let (wanted, serial) = of_identifier(asked)?;
    let made = copy(&desk, by, wanted).await?;
    enveloped::<_, NationalFileAnswer>(&desk, &serial, made)
}

/// Whether values are those of a holder's certificate.
pub(crate) async fn verify(
    desk: Data<Desk>,
    by: ReqData<Caller>,
    asked: Asked<NationalValuesRequest>,
) -> Reply {
    let (said, body, serial) = asked.apart();
    let said = said.data;
    let wanted = Use {
        wanted: said.wanted()?,
        purpose: said.purpose.read()?,
        of: said.type_code,
        fields: Vec::new(),
        body,
    };
    let named = wanted.of.clone();
    let matched = about_type(&desk, &named, move |office| {
        wanted.through(office, |office, request| {
            let values = national::values(request.of, &said.values)?;
            interface::verify(office, request, &values, &by)
        })
    });
    enveloped::<_, NationalValuesAnswer>(&desk, &serial, ResultGiven::from(matched.await?))
}

fn of_holder(asked: Asked<NationalHolderRequest>) -> Result<(Use, RequestSerial), Failure> {
    let (said, body, serial) = asked.apart();
    let said = said.data;
    let wanted = Use {
        wanted: said.wanted()?,
        purpose: said.purpose.read()?,
        fields: national::keys(&said.fields)?,
        of: said.type_code,
        body,
    };
    Ok((wanted, serial))
}

fn of_identifier(asked: Asked<NationalIdentifierRequest>) -> Result<(Use, RequestSerial), Failure> {
    let (said, body, serial) = asked.apart();
    let said = said.data;
    let (wanted, of) = said.wanted()?;
    let wanted = Use {
        of,
        wanted,
        purpose: said.purpose.read()?,
        fields: national::keys(&said.fields)?,
        body,
    };
    Ok((wanted, serial))
}

async fn data(desk: &Data<Desk>, by: ReqData<Caller>, wanted: Use) -> Result<DataGiven, Refusal> {
    let named = wanted.of.clone();
    about_type(desk, &named, move |office| {
        let given = wanted.through(office, |office, request| {
            interface::query(office, request, &by)
        })?;
        told(office, &wanted.of, given, Evidence::Given)
    })
    .await
}

async fn copy(desk: &Data<Desk>, by: ReqData<Caller>, wanted: Use) -> Result<FileGiven, Refusal> {
    let named = wanted.of.clone();
    let made = about_type(desk, &named, move |office| {
        wanted.through(office, |office, request| {
            interface::copy(office, request, &by)
        })
    });
    Ok(FileGiven::from(made.await?))
}

/// Whether what the issuer signed goes along.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Evidence {
    Given,
    Left,
}

fn told(office: &Office, of: &str, given: Answer, proof: Evidence) -> Result<DataGiven, Failure> {
    let of = office.known().type_named(of)?;
    let each = given.certificates.into_iter().map(|one| {
        let named = national::described(office, &of, &one);
        let evidence = one.evidence.filter(|_| proof == Evidence::Given);
        NationalCertificate::of(one.verdict, named, evidence)
    });
    let list: Vec<NationalCertificate> = each.collect();
    Ok(DataGiven {
        total: list.len(),
        more: given.more,
        message: list
            .is_empty()
            .then(|| say(Lang::Zh, "interface.no_record", &[])),
        list,
        source: given.source.map(SourceTold::from),
        use_record: given.use_record,
        envelope: given.envelope,
    })
}
