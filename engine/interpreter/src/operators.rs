//! How operators that only compute are written down.

/// Defines a set of operators, each by its operands, its result, and how this comes of those. `?` in that
/// is how an operator traps.
macro_rules! operators {
	(
		$(#[$attribute:meta])*
		$set:ident {
			$($operator:ident($($operand:ident: $ty:ty),+) -> $result:ty { $($body:tt)* })*
		}
	) => {
		$(#[$attribute])*
		#[derive(Clone, Copy, Debug, Eq, PartialEq)]
		pub enum $set {
			$($operator,)*
		}

		impl $set {
			/// The operator, if it is one of these.
			pub fn of(operator: &wasmparser::Operator<'_>) -> Option<Self> {
				Some(match operator {
					$(wasmparser::Operator::$operator => Self::$operator,)*
					_ => return None,
				})
			}

			/// Takes its operands from the stack, and puts its result there.
			#[inline]
			pub fn execute(
				self,
				stack: &mut crate::stack::Stack,
			) -> Result<(), crate::stop::Stop> {
				match self {
					$(Self::$operator => {
						let ($($operand,)+) = stack.take::<($($ty,)+)>()?;
						let result: $result = { $($body)* };
						stack.push(result)
					})*
				}
			}
		}
	};
}

pub(crate) use operators;
