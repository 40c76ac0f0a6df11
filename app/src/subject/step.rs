//! The steps of the set-up.

use serde::{Deserialize, Serialize};

use crate::text::K;

/// The steps, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// What is needed, and which identity provider.
    Prepare,
    /// What would become of its usernames.
    Preview,
    /// The switch.
    Enable,
    /// Base URL and token.
    Token,
    /// The guide.
    Configure,
    /// What arrives.
    Verify,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Prepare,
        Self::Preview,
        Self::Enable,
        Self::Token,
        Self::Configure,
        Self::Verify,
    ];

    /// The last part of its address.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Preview => "preview",
            Self::Enable => "enable",
            Self::Token => "token",
            Self::Configure => "configure",
            Self::Verify => "verify",
        }
    }

    /// The step of this address.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// Its name.
    pub const fn label(self) -> K {
        match self {
            Self::Prepare => K::SetupPrepare,
            Self::Preview => K::SetupPreview,
            Self::Enable => K::SetupEnable,
            Self::Token => K::SetupToken,
            Self::Configure => K::SetupConfigure,
            Self::Verify => K::SetupVerify,
        }
    }

    /// Whether it shows what arrives, as it arrives. The others ask for things, and stay as they are meanwhile.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Token | Self::Configure | Self::Verify)
    }

    /// Whether all of it is drawn anew when something arrives, and not a part of it alone.
    pub const fn is_redrawn(self) -> bool {
        matches!(self, Self::Token | Self::Verify)
    }

    /// The step before it.
    pub fn previous(self) -> Option<Self> {
        let place = Self::ALL.iter().position(|step| *step == self)?;
        Self::ALL.get(place.checked_sub(1)?).copied()
    }

    /// The step behind it.
    pub fn next(self) -> Option<Self> {
        let place = Self::ALL.iter().position(|step| *step == self)?;
        Self::ALL.get(place + 1).copied()
    }
}
