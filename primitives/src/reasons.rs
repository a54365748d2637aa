//! Reasons why the chain refuses something.

/// Makes an enum of reasons, whose numbers never change. The sentence of each is its documentation and what
/// it prints.
macro_rules! reasons {
	($(#[$about:meta])* pub enum $name:ident {$(
		$index:tt $reason:ident
		$(($inner:ident: $type:ty))?
		$({ $($(#[$of:meta])* $field:ident: $part:ty,)+ })?
		: $sentence:tt,
	)+}) => {
		$(#[$about])*
		#[derive(
			Clone,
			Copy,
			Debug,
			codec::Decode,
			codec::DecodeWithMemTracking,
			codec::Encode,
			Eq,
			codec::MaxEncodedLen,
			Ord,
			PartialEq,
			PartialOrd,
			scale_info::TypeInfo,
		)]
		pub enum $name {$(
			#[doc = $sentence]
			#[codec(index = $index)]
			$reason $(($type))? $({ $($(#[$of])* $field: $part,)+ })?,
		)+}

		impl core::fmt::Display for $name {
			fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
				match self {$(
					Self::$reason $(($inner))? $({ $($field),+ })? => write!(f, $sentence),
				)+}
			}
		}
	};
}

/// What can be done where it takes more money.
pub const ADD_FUNDS: &str = "add funds to the account or to the bond";

/// What kind of reason it is: programs end with an exit code of its own for each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReasonClass {
	/// What was sent is wrong by itself, whoever else may be there.
	Rejected,
	/// Those who would have to agree do not, or not now.
	Unmatched,
	/// It takes more money.
	Unfunded,
}
