//! Names: ours and the nation's, one to one.

/// What stands before the name of a face field.
const FACE: &str = "KZ_";

/// Common fields: our key and the nation's name (GB/T 36903 as implemented).
const COMMON: [(&str, &str); 8] = [
    ("certificate_number", "ZZBH"),
    ("issue_date", "ZZBFRQ"),
    ("valid_from", "ZZYXQQSRQ"),
    ("valid_to", "ZZYXQJZRQ"),
    ("holder_name", "CZZT"),
    ("holder_code", "CZZTDM"),
    ("holder_code_type", "CZZTDMLXDM"),
    // Several holders as a list: the nation's metadata has no name for it.
    ("holders", "CZZTLB"),
];

/// The nation's name of one of our keys; a face field is `KZ_` and its key in capitals.
#[must_use]
pub fn name_of(key: &str) -> String {
    let common = COMMON.iter().find(|(ours, _)| *ours == key);
    common.map_or_else(
        || format!("{FACE}{}", key.to_ascii_uppercase()),
        |(_, name)| (*name).to_owned(),
    )
}

/// Our key of one of the nation's names; none for a name that stands for no field.
#[must_use]
pub fn key_of(name: &str) -> Option<String> {
    if let Some((ours, _)) = COMMON.iter().find(|(_, theirs)| *theirs == name) {
        return Some((*ours).to_owned());
    }
    let face = name.strip_prefix(FACE)?;
    let capitals = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_';
    (!face.is_empty() && face.bytes().all(capitals)).then(|| face.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::COMMON;
    use super::key_of;
    use super::name_of;

    #[test]
    fn every_name_leads_back_to_its_key() {
        let face = ["exam_date", "holder_name_masked", "age_over_14"];
        for key in COMMON.iter().map(|(key, _)| *key).chain(face) {
            assert_eq!(key_of(&name_of(key)).as_deref(), Some(key));
        }
        assert_eq!(name_of("exam_date"), "KZ_EXAM_DATE");
        for bad in ["", "KZ_", "KZ_exam", "exam_date", "ZZMC", "KZ_A B"] {
            assert_eq!(key_of(bad), None, "{bad}");
        }
    }
}
