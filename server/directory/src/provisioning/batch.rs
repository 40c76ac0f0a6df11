//! Commands that share a transaction: fetch what they need, run each in order, store the difference.

use super::command::{Answer, Command, Stop};
use super::working_set::WorkingSet;
use crate::db::Tx;
use crate::{DirectoryError, EntryId, db};

/// Runs `commands` in the transaction and leaves their entries in it. A refused command changes nothing but leaves
/// its entry; an error means that the transaction cannot be committed.
pub(crate) async fn execute(tx: &mut Tx, commands: &[&Command]) -> Result<Vec<Answer>, DirectoryError> {
    let mut set = WorkingSet::new(tx.now);
    set.fetch(&mut tx.conn, commands.iter().flat_map(|command| command.needs()))
        .await?;
    let mut answers = Vec::with_capacity(commands.len());
    let mut notes = Vec::with_capacity(commands.len());
    for command in commands {
        let entry = EntryId::next(tx.now, &tx.sequence);
        let (answer, note) = loop {
            let mut note = command.note();
            match command.run(&mut set, &tx.sequence, entry, &mut note) {
                Ok(answer) => break (answer, note),
                Err(Stop::Refused(error)) => break (Answer::Refused(error), note),
                Err(Stop::Needs(needs)) => {
                    set.fetch(&mut tx.conn, needs.iter().cloned()).await?;
                    // Otherwise the command would ask for the same for ever, and everybody behind it would wait.
                    set.require(needs).map_err(|_| DirectoryError::Defect)?;
                }
            }
        };
        answers.push(answer);
        notes.push((entry, note));
    }
    set.store(&mut tx.conn).await?;
    for command in commands {
        if let Some(shown) = command.shown {
            db::query("UPDATE connections SET identity_provider = $2, identity_provider_agent = $3 WHERE account_id = $1")
                .bind(command.account)
                .bind(shown.name())
                .bind(&command.request.agent)
                .execute(&mut tx.conn)
                .await?;
        }
    }
    for ((command, (id, note)), answer) in commands.iter().zip(notes).zip(&answers) {
        let refused = if let Answer::Refused(error) = answer {
            Some(error)
        } else {
            None
        };
        let entry = command.entry(tx, id, note, refused);
        tx.log(entry);
    }
    Ok(answers)
}
