//! What a platform gave, for tests that need none to be there.

use mianzheng::domain::event::EventKind;
use mianzheng::domain::holder::HolderCode;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::issue::holder_index;
use mianzheng::store::ledger::Event;
use mianzheng::store::mirrors::MIRROR;
use mianzheng::store::mirrors::MirrorRow;
use serde_json::json;

use crate::support::office::HEALTH;
use crate::support::office::TestOffice;

impl TestOffice {
    /// Keeps what a platform gave of somebody just now.
    pub(crate) fn mirrors(&self, holder: &str) {
        let vault = self.office.store.vault();
        let code = HolderCode::read(holder).unwrap();
        let kept = json!({
            "source": "platform", "address": "https://platform.example", "digest": "AA",
            "record": {"CZZT": "其其格", "result": "0"}, "answer": "e30",
        });
        let done: Result<(), Failure> = self.office.store.write(|tx| {
            let id = tx.reserve("mirror", 1)?;
            let text = kept.to_string();
            let sealed = vault.seal(&MIRROR, id, text.as_bytes(), &*self.office.randomness);
            tx.insert_mirror(&MirrorRow {
                id,
                type_number: i32::try_from(self.type_named(HEALTH).number).unwrap(),
                holder_index: holder_index(vault, &code).to_vec(),
                number_index: Vec::new(),
                at: self.now().millis(),
                key_id: i16::try_from(sealed.key_id).unwrap(),
                sealed: sealed.bytes,
            })?;
            let mut event = Event::new(EventKind::MirrorChanged, self.now(), "c1");
            event.details = Some(json!({"what": "kept"}));
            tx.record(event);
            Ok(())
        });
        done.unwrap();
    }
}
