//! mianzheng (免证办): electronic certificates that replace paper.
//!
//! An agency issues *certificates* to *holders*; a holder shows one as a *code*; whoever is shown
//! it asks for a *verdict*; a system that was *granted* fields fetches just those. What happened
//! stands in the *ledger*.
//!
//! # Words
//!
//! | word | what it is here |
//! | --- | --- |
//! | certificate 电子证照 | one document of one type; its next *version* supersedes the one before |
//! | certificate type 证照类型 | a definition, loaded as data; everything about a type is made from it |
//! | identifier 证照标识 | the number of GB/T 36904 that names a version of a certificate |
//! | record | a certificate as its issuer signed it, an SD-JWT VC with all disclosures |
//! | standing | in force, suspended, superseded, or ended with the legal word |
//! | code | live (read once, by a window), offline (a day), or printed (public facts) |
//! | claim, fact | what a text says, and what a signature proved: [`crypto::genuine::Genuine`] |
//! | verdict | what verifying came to, with its steps and how it was shown |
//! | grant | which agency may have which fields for which item |
//! | mandate 委托 | who may act for whom, in which items, until when; a chain of at most three links |
//! | guardian 监护人 | who acts for a child: named by a birth certificate, until 18 or an order |
//! | bundle | keys and status lists, signed, for verifying without a network |
//! | office | one deployment: its folder, keys and register |
//!
//! # Layers
//!
//! Imports go down; a test holds it.
//!
//! ```text
//! cli      one file a command            http     extract → one flow → reply
//!        \                              /
//!         flow     verbs: one file, one thing a person can do
//!        /    \
//!  source      store    offices' files; the register
//!               |
//!             crypto    keys and seals, the only door from a claim to a fact
//!               |
//!             codec     types ↔ bytes ↔ text
//!               |
//!             domain    nouns and rules, no input or output
//! ```
//!
//! # Flows
//!
//! *Issue*: a draft is judged by its type's rules ([`domain::draft`]), compared with the register,
//! given a serial and a place on a status list, sealed, and written with its event in one
//! transaction ([`flow::issue`]). A file is the same, by the thousand ([`flow::batch`]).
//!
//! *Show*: a holder's choice becomes a live code, or facts signed into a code for places without
//! a network ([`flow::show`]).
//!
//! *Verify*: any text is recognised, opened by the key that trust names, and judged: trust, key,
//! dates, status ([`flow::verify`]). Offline it needs a [`crypto::bundle::Bundle`] and
//! [`flow::verify::offline::verify_offline`], and nothing else.
//!
//! *Fetch*: a grant is looked up, the record is cut down to the granted fields, the use is
//! recorded, and only then answered ([`flow::interface`]).
//!
//! *Act*: a mandate is proposed by one side and confirmed by the other ([`flow::mandates`]); a
//! child's guardians follow from its birth certificate and recorded orders
//! ([`flow::guardians`]). Whether somebody may act is asked at every use.
//!
//! Begin with [`flow::issue::one`], which goes once through the whole house.

pub mod cli;
pub mod codec;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod flow;
pub mod http;
pub mod source;
pub mod store;
