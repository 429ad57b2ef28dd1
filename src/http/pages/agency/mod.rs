//! The console of agencies that issue: what they have issued, and everything that is done with it.
//!
//! Operators and auditors come in, too, and see what they may: each page says who may open it.

pub(crate) mod overview;

use std::future::Ready;
use std::future::ready;

use actix_web::FromRequest;
use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Data;

use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::time::Timestamp;
use crate::http::desk::Desk;
use crate::http::pages::frame::Frame;
use crate::http::problem::Refusal;

/// A moment to the minute, in Asia/Shanghai: `2026-11-23 09:00`.
pub(crate) fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    format!("{day} {}", time.get(..5).unwrap_or_default())
}

/// A way to another page of the console.
pub(crate) struct Link {
    pub(crate) path: &'static str,
    icon: &'static str,
    name: &'static str,
    who: &'static [Role],
}

/// Ways that belong together.
pub(crate) struct Group {
    name: &'static str,
    links: Vec<&'static Link>,
}

const ALL: &[Role] = &[Role::Issuer, Role::Operator, Role::Auditor];

const GROUPS: &[(&str, &[Link])] = &[(
    "agency.group_issue",
    &[link("/agency", "figures", "agency.overview", ALL)],
)];

const fn link(
    path: &'static str,
    icon: &'static str,
    name: &'static str,
    who: &'static [Role],
) -> Link {
    Link {
        path,
        icon,
        name,
        who,
    }
}

/// What stands beside every page of the console.
pub(crate) struct Side {
    /// Whose console it is: an agency's name, or what the caller is.
    pub(crate) whose: String,
    /// The ways that the caller may go.
    pub(crate) groups: Vec<Group>,
    /// The way that leads to this page, or to the one that it belongs to.
    pub(crate) here: &'static str,
    /// Whether the caller issues.
    pub(crate) issues: bool,
}

/// A page of the console: its frame, and what stands beside it.
pub(crate) struct Console {
    pub(crate) frame: Frame,
    pub(crate) side: Side,
}

impl Side {
    fn of(desk: &Desk, frame: &Frame, by: &Caller) -> Self {
        let known = desk.office.known();
        let agency = by.agency.and_then(|number| known.agencies.get(&number));
        let role = || frame.say(&format!("agency_role.{}", by.role.name()));
        let may = |link: &&Link| link.who.contains(&by.role);
        let groups = GROUPS.iter().map(|(name, links)| Group {
            name,
            links: links.iter().filter(may).collect(),
        });
        let links = GROUPS.iter().flat_map(|(_, links)| links.iter());
        let leads_here = links.map(|link| link.path).filter(|path| {
            let below = frame.here.strip_prefix(path);
            below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
        });
        Self {
            whose: agency.map_or_else(role, |agency| agency.name.clone()),
            groups: groups.filter(|group| !group.links.is_empty()).collect(),
            here: leads_here.max_by_key(|path| path.len()).unwrap_or_default(),
            issues: by.role == Role::Issuer,
        }
    }
}

impl FromRequest for Console {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let desk = request.app_data::<Data<Desk>>();
        let by = request.extensions().get::<Caller>().cloned();
        let (Some(desk), Some(by)) = (desk, by) else {
            return ready(Err(Refusal::broken("a page of the console for nobody")));
        };
        let frame = Frame::of(desk, request);
        let side = Side::of(desk, &frame, &by);
        ready(Ok(Self { frame, side }))
    }
}
