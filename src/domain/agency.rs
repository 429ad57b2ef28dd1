//! Agencies 机构: who issues, who uses.

use crate::domain::division::DivisionCode;
use crate::domain::uscc::Uscc;

/// An agency as the catalogue lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Its unified social credit code.
    pub code: Uscc,
    /// The short number it has in compact codes; given once, never reused.
    pub number: u32,
    /// Its Chinese name.
    pub name: String,
    /// Where it acts.
    pub division: DivisionCode,
    /// The kind of department, such as `disease_control`.
    pub department: String,
    /// Whether it may issue certificates at all.
    pub issuer: bool,
    /// Whether it may use certificates at all.
    pub user: bool,
}
