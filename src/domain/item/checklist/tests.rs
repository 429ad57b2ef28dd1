//! Tests.

use super::*;
use crate::domain::item::Form;
use crate::domain::item::HowMany;

fn material(seq: u16, route: Option<Route>, letter: Option<&str>) -> Material {
    Material {
        seq,
        name: format!("材料{seq}"),
        necessity: Necessity::Required,
        form: Form::Original,
        certificate_type: None,
        route,
        fields_needed: Vec::new(),
        note: String::new(),
        scenarios: Vec::new(),
        whose: None,
        how_many: HowMany::One,
        alternatives: letter.map(str::to_owned),
        return_paper: false,
        exempt: None,
        identity: false,
    }
}

fn errands(materials: Vec<Material>) -> Vec<Errand> {
    let rule = Rule {
        version: 1,
        loaded_at: "2026-11-23T09:00:00+08:00".parse().unwrap(),
        materials,
    };
    let list = Checklist::of(&rule, "新办");
    list.lines.iter().map(|line| line.errand).collect()
}

#[test]
fn each_row_has_its_errand() {
    let certificate = Some(Route::Certificate);
    let taken_back = Material {
        return_paper: true,
        ..material(2, None, None)
    };
    let card = Material {
        identity: true,
        ..material(3, certificate, None)
    };
    let later = Material {
        necessity: Necessity::Tolerant,
        ..material(4, None, None)
    };
    let perhaps = Material {
        necessity: Necessity::Conditional,
        ..material(5, None, None)
    };
    let elsewhere = Material {
        scenarios: vec!["补办".to_owned()],
        ..material(8, None, None)
    };
    let all = vec![
        material(1, certificate, None),
        taken_back,
        card,
        later,
        perhaps,
        material(6, Some(Route::Promise), None),
        material(7, Some(Route::Cancelled), None),
        elsewhere,
    ];
    assert_eq!(
        errands(all),
        [
            Errand::Spared,
            Errand::Bring,
            Errand::Identify,
            Errand::Later,
            Errand::Perhaps,
            Errand::Promise,
            Errand::Cancelled,
        ]
    );
}

#[test]
fn alternatives_are_one_line_and_nobody_is_told_too_little() {
    let (certificate, cancelled) = (Some(Route::Certificate), Some(Route::Cancelled));
    let card = Material {
        identity: true,
        ..material(4, certificate, Some("D"))
    };
    let all = vec![
        material(1, certificate, Some("A")),
        material(2, None, Some("A")),
        material(3, certificate, Some("B")),
        material(4, Some(Route::DataSharing), Some("B")),
        material(5, None, Some("C")),
        material(6, cancelled, Some("C")),
        card,
        material(7, certificate, Some("D")),
        material(8, cancelled, Some("E")),
    ];
    assert_eq!(
        errands(all),
        [
            Errand::Either,
            Errand::Spared,
            Errand::Bring,
            Errand::Identify,
            Errand::Cancelled,
        ]
    );
}
