//! By which way a use is authorised 用证方式.

use serde::Deserialize;
use serde::Serialize;

/// By which way a use is authorised, and so what must prove it. The numbers are stored: they never
/// change meaning.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum UseMode {
    /// 扫码用证: the holder shows a code that says whom to ask, and consents on her phone: 1.
    Shown,
    /// 持证人授权: the holder applies online, is asked by name, and consents on her phone: 2.
    Online,
    /// 现场授权: the holder is there without a phone, by card, face and a signed slip: 3.
    InPerson,
    /// 委托代办: an agent is there, with a mandate that the register has: 4.
    Delegated,
    /// 依职能: nobody but the agency's duty, against a live case: 5.
    Duty,
}

/// The modes with their stored numbers and stable names.
const MODES: [(UseMode, i16, &str); 5] = [
    (UseMode::Shown, 1, "shown"),
    (UseMode::Online, 2, "online"),
    (UseMode::InPerson, 3, "in_person"),
    (UseMode::Delegated, 4, "delegated"),
    (UseMode::Duty, 5, "duty"),
];

impl UseMode {
    /// Every mode.
    pub fn all() -> impl Iterator<Item = Self> {
        MODES.iter().map(|(mode, ..)| *mode)
    }

    /// The stored number.
    #[must_use]
    pub fn number(self) -> i16 {
        let found = MODES.iter().find(|(mode, ..)| *mode == self);
        found.map_or(0, |(_, number, _)| *number)
    }

    /// The mode of a stored number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        let found = MODES.iter().find(|(_, n, _)| *n == number);
        found.map(|(mode, ..)| *mode)
    }

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = MODES.iter().find(|(mode, ..)| *mode == self);
        found.map_or("", |(.., name)| name)
    }

    /// The mode of a name; `None` for a name that is none.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|mode| mode.name() == name)
    }

    /// Whether the holder's own yes on her phone authorises it; then no case need be registered,
    /// for she read which it is.
    #[must_use]
    pub const fn is_by_consent(self) -> bool {
        matches!(self, Self::Shown | Self::Online)
    }
}

#[cfg(test)]
mod tests {
    use super::UseMode;

    #[test]
    fn names_and_numbers_are_what_they_are_for_good() {
        let told: Vec<String> = UseMode::all()
            .map(|mode| format!("{}={}", mode.number(), mode.name()))
            .collect();
        let fixed = [
            "1=shown",
            "2=online",
            "3=in_person",
            "4=delegated",
            "5=duty",
        ];
        assert_eq!(told, fixed);
        for mode in UseMode::all() {
            assert_eq!(UseMode::from_number(mode.number()), Some(mode));
            assert_eq!(UseMode::from_name(mode.name()), Some(mode));
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.name());
        }
    }
}
