//! `mianzheng case`: a case at the window, from its opening to its receipt or withdrawal.

mod code;
mod decide;
pub(crate) mod print;
mod slip;

use clap::Args;
use clap::Subcommand;
use serde_json::json;

use crate::cli::Desk;
use crate::cli::case::code::text;
use crate::cli::case::decide::Decide;
use crate::cli::case::slip::SlipArgs;
use crate::cli::ending::Ending;
use crate::cli::mandate::By;
use crate::cli::status::holder;
use crate::domain::item::Whose;
use crate::domain::problem::Reason;
use crate::domain::said::Said;
use crate::domain::verdict::Outcome;
use crate::flow::case;
use crate::flow::case::OpenRequest;
use crate::flow::case::PersonNamed;
use crate::flow::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum Case {
    /// Open a case for one item or several.
    #[command(after_help = "\
Examples:
  mianzheng case open 11152502MY0000426E415070990200001 --name 其其格 \\
      --holder 111:152502199206120020 --token-file window.token")]
    Open {
        /// The items' codes.
        #[arg(required = true, value_name = "ITEM")]
        items: Vec<String>,
        /// The applicant's name, as on her card.
        #[arg(long)]
        name: String,
        /// The applicant, as type:number.
        #[arg(long)]
        holder: String,
        /// The number that the agency's own system has for the case.
        #[arg(long, value_name = "NUMBER")]
        foreign_number: Option<String>,
        #[command(flatten)]
        by: By,
    },
    /// Show a case: people, materials, how each stands.
    #[command(after_help = "\
Examples:
  mianzheng case show 15250220261123000017 --token-file window.token")]
    Show(One),
    /// List the cases that the agency opened today.
    #[command(after_help = "\
Examples:
  mianzheng case list --token-file window.token")]
    List {
        #[command(flatten)]
        by: By,
    },
    /// Name somebody whom the case concerns.
    #[command(after_help = "\
Examples:
  mianzheng case person 15250220261123000017 --role child --name 萨仁 \\
      --holder 999:A157000001 --token-file window.token")]
    Person {
        #[command(flatten)]
        one: One,
        /// What she is in the case: `spouse`, `parent`, `child`, `staff`, `agent`, `deceased`,
        /// `legal_representative` or `third_party`.
        #[arg(long)]
        role: String,
        /// Her name.
        #[arg(long)]
        name: String,
        /// Her code, as type:number.
        #[arg(long)]
        holder: String,
    },
    /// Confirm, as a second officer, what somebody is in a case.
    #[command(after_help = "\
Examples:
  mianzheng case confirm 15250220261123000017 1 --token-file second-officer.token")]
    Confirm {
        #[command(flatten)]
        one: One,
        /// Who, by place.
        person: usize,
    },
    /// Put a code before a case: verified, spent, and used for what it serves.
    #[command(after_help = "\
Examples:
  mianzheng case put 15250220261123000017 - --token-file window.token < code.txt

Exit codes of this command: 0 the code is valid; 1 refused, or cannot be done; 2 the code is not
valid; 3 wrong usage; 4 ask again.")]
    Put {
        #[command(flatten)]
        one: One,
        /// The text of the code; `-` reads it from standard input.
        #[arg(allow_hyphen_values = true)]
        code: String,
    },
    /// Ask somebody's phone for what materials need.
    #[command(after_help = "\
Examples:
  mianzheng case ask 15250220261123000017 --person 0 --materials 1,3 --token-file window.token")]
    Ask {
        #[command(flatten)]
        one: One,
        /// Who, by place.
        #[arg(long, default_value_t = 0)]
        person: usize,
        /// The materials, by place.
        #[arg(long, required = true, value_delimiter = ',')]
        materials: Vec<usize>,
    },
    /// Take the authorisation of somebody who is there without a phone: card, face, signed slip.
    #[command(after_help = "\
Examples:
  mianzheng case slip 15250220261123000017 --materials 2 --slip 现授〔2026〕0017 --name 敖登 \\
      --holder 111:152502194501010024 --card-was-read --face-checked --token-file window.token")]
    Slip(Box<SlipArgs>),
    /// Decide about materials: waive, paper, promise, tolerate, check, dispute, identify.
    #[command(after_help = "\
Examples:
  mianzheng case decide 15250220261123000017 waive --materials 0,1 --token-file window.token
  mianzheng case decide 15250220261123000017 paper --materials 3 --reason preferred_paper \\
      --token-file window.token")]
    Decide(Box<Decide>),
    /// Close a case and sign its receipt.
    #[command(after_help = "\
Examples:
  mianzheng case close 15250220261123000017 --token-file window.token")]
    Close(One),
    /// Withdraw a case that was opened in error, or whose applicant left: it ends without a
    /// receipt.
    #[command(after_help = "\
Examples:
  mianzheng case withdraw 15250220261123000017 --reason 申请人离开 --token-file window.token")]
    Withdraw {
        #[command(flatten)]
        one: One,
        /// Why; kept sealed.
        #[arg(long)]
        reason: String,
    },
}

/// A case that is there, and whose word it is.
#[derive(Args)]
pub(crate) struct One {
    /// The case's number.
    pub(crate) case: String,
    #[command(flatten)]
    pub(crate) by: By,
}

impl Case {
    pub(crate) fn run(&self, desk: &mut Desk) -> Result<Ending, Failure> {
        let office = desk.office()?;
        let output = &mut desk.output;
        match self {
            Self::Open {
                items,
                name,
                holder: code,
                foreign_number,
                by,
            } => {
                let request = OpenRequest {
                    items: items.clone(),
                    name: name.clone(),
                    code: holder(code)?,
                    foreign_number: foreign_number.clone(),
                };
                let opened = case::open(&office, &request, &by.caller(&office)?)?;
                print::case(&opened, output);
            }
            Self::Show(one) => {
                let shown = case::look(&office, &one.case, &one.by.caller(&office)?)?;
                print::case(&shown, output);
            }
            Self::List { by } => {
                print::list(&case::today(&office, &by.caller(&office)?)?, output);
            }
            Self::Person {
                one,
                role,
                name,
                holder: code,
            } => {
                let named = PersonNamed {
                    role: Whose::from_name(role).ok_or_else(|| no_word("role", role))?,
                    name: name.clone(),
                    code: holder(code)?,
                };
                let by = one.by.caller(&office)?;
                let changed = case::name_person(&office, &one.case, &named, &by, None)?;
                print::case(&changed, output);
            }
            Self::Confirm { one, person } => {
                let by = one.by.caller(&office)?;
                let changed = case::confirm_person(&office, &one.case, *person, &by, None)?;
                print::case(&changed, output);
            }
            Self::Put { one, code } => {
                let by = one.by.caller(&office)?;
                let came = case::put_code(&office, &one.case, &text(code)?, &by)?;
                print::came(&came, output);
                if came.verdict != Some(Outcome::Valid) {
                    return Ok(Ending::SomeNotGood);
                }
            }
            Self::Ask {
                one,
                person,
                materials,
            } => {
                let by = one.by.caller(&office)?;
                let asked = case::ask(&office, &one.case, (*person, materials), &by)?;
                output.say("cli.asked", &[("until", &asked.answer_by)]);
                output.line(&asked.text);
                output.object(&json!(asked));
            }
            Self::Slip(slip) => print::case(&slip.run(&office)?, output),
            Self::Decide(decide) => print::case(&decide.run(&office)?, output),
            Self::Close(one) => {
                let by = one.by.caller(&office)?;
                print::case(&case::close(&office, &one.case, &by)?, output);
            }
            Self::Withdraw { one, reason } => {
                let by = one.by.caller(&office)?;
                let ended = case::withdraw_case(&office, &one.case, reason, &by, None)?;
                print::case(&ended, output);
            }
        }
        Ok(Ending::Done)
    }
}

/// A word that is none of those an option has.
fn no_word(option: &str, word: &str) -> Failure {
    let said = Said::of("fault", "no_word")
        .with("option", option)
        .with("word", word);
    let what = format!("--{option} {word} is none of the words");
    Failure::saying(Reason::BadRequest, what, said)
}
