//! What was read more kindly than the standard asks, in words.

use scim::Leniency;

use crate::text::{K, t};

/// The leniency of this name in words; the name itself where this version does not know it.
pub fn in_words(name: String) -> String {
    let words = Leniency::from_name(&name)
        .and_then(key)
        .map(|key| t(key).to_owned());
    words.unwrap_or(name)
}

fn key(leniency: Leniency) -> Option<K> {
    use Leniency as L;
    Some(match leniency {
        L::OperationCase => K::LeniencyOperationCase,
        L::BooleanAsText => K::LeniencyBooleanAsText,
        L::ScalarAsText => K::LeniencyScalarAsText,
        L::EmptyText => K::LeniencyEmptyText,
        L::RemoveListed => K::LeniencyRemoveListed,
        L::MemberKeys => K::LeniencyMemberKeys,
        L::PathAsKey => K::LeniencyPathAsKey,
        L::ReadOnlyInPatch => K::LeniencyReadOnlyInPatch,
        L::CreateUnmatched => K::LeniencyCreateUnmatched,
        L::UnknownAttribute => K::LeniencyUnknownAttribute,
        L::MissingSchemas => K::LeniencyMissingSchemas,
        L::Scim1Schemas => K::LeniencyScim1Schemas,
        L::ManagerForm => K::LeniencyManagerForm,
        L::RoleAsJson => K::LeniencyRoleAsJson,
        L::SingleForList => K::LeniencySingleForList,
        L::ValuePathTail => K::LeniencyValuePathTail,
        L::ComplexCompared => K::LeniencyComplexCompared,
        L::UnquotedValue => K::LeniencyUnquotedValue,
        L::ExtensionWithoutUrn => K::LeniencyExtensionWithoutUrn,
        L::TwoPrimaries => K::LeniencyTwoPrimaries,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leniency_has_words() {
        for leniency in Leniency::ALL {
            assert!(key(leniency).is_some(), "{leniency:?}");
        }
        assert_eq!(in_words("of_another_version".to_owned()), "of_another_version");
    }
}
