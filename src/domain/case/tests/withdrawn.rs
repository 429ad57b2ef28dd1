//! A case that was withdrawn is over, and counts for nothing.

use super::NOW;
use super::case;
use super::of_person;
use super::row;
use crate::domain::case::Act;
use crate::domain::case::Case;
use crate::domain::case::State;
use crate::domain::case::Withdrawal;
use crate::domain::case::WrongAct;

fn error() -> Withdrawal {
    Withdrawal {
        reason: "开错了".to_owned(),
        by: "w1".to_owned(),
    }
}

#[test]
fn what_was_withdrawn_waits_for_nobody_and_counts_for_nothing() {
    let mut case = case(&[row(1, "居民户口簿"), row(2, "毕业证"), row(3, "学位证")]);
    case.add_use(0, of_person(0));
    case.act(0, &Act::Verify, NOW).unwrap();
    case.act(0, &Act::Waive, NOW).unwrap();
    case.act(1, &Act::Ask(5), NOW).unwrap();
    case.act(2, &Act::Check(6), NOW).unwrap();
    assert_eq!((case.waived(), case.unsettled().len()), (1, 2));
    case.withdraw(error(), NOW).unwrap();
    assert!(case.is_closed() && case.is_withdrawn());
    assert_eq!((case.waived(), case.unsettled().len()), (0, 0));
    let states: Vec<&str> = case.materials.iter().map(|m| m.state.name()).collect();
    assert_eq!(states, ["waived", "not_asked", "not_asked"]);
    for act in [Act::Refuse(5), Act::Waive, Act::Promise] {
        assert_eq!(case.act(1, &act, NOW), Err(WrongAct::Closed));
    }
    assert_eq!(case.close(NOW), Err(WrongAct::Closed));
    assert_eq!(case.reopen(), Err(WrongAct::Closed));
    assert_eq!(case.withdraw(error(), NOW), Err(WrongAct::Closed));
}

#[test]
fn what_is_closed_is_not_withdrawn() {
    let mut case = case(&[]);
    case.close(NOW).unwrap();
    assert_eq!(case.withdraw(error(), NOW), Err(WrongAct::Closed));
    case.reopen().unwrap();
    case.withdraw(error(), NOW).unwrap();
}

#[test]
fn what_was_sealed_before_cases_could_be_withdrawn_is_still_read() {
    let mut case = case(&[row(1, "居民户口簿")]);
    let sealed = serde_json::to_string(&case).unwrap();
    assert!(!sealed.contains("\"withdrawn\""));
    assert_eq!(serde_json::from_str::<Case>(&sealed).unwrap(), case);
    case.withdraw(error(), NOW).unwrap();
    let sealed = serde_json::to_string(&case).unwrap();
    let read: Case = serde_json::from_str(&sealed).unwrap();
    assert_eq!(read, case);
    assert_eq!(read.materials[0].state, State::NotAsked);
}
