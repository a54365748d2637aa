//! What a process of the daemon does, by name.

use clap::ValueEnum;
use serde::Deserialize;

macro_rules! declare_names {
	($($(#[$doc:meta])* $name:ident: $role:ident $(with $section:ident)?,)*) => {
		/// What a daemon does. One process may do several of these.
		#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, ValueEnum)]
		#[serde(rename_all = "lowercase")]
		pub enum RoleName {
			$($(#[$doc])* $name,)*
		}

		impl RoleName {
			/// As it is named in options and files.
			pub fn name(self) -> &'static str {
				match self {
					$(Self::$name => stringify!($role),)*
				}
			}
		}
	};
}

each_role!(declare_names);
