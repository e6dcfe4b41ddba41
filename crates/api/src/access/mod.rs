//! Who is calling, and what of the team's they may reach. A handler says what it needs by the type of
//! its first argument, so authentication comes before anything else is looked at.

mod caller;
mod limiter;
mod phone;
mod team_user;

pub(crate) use caller::{Caller, DeveloperCaller, MaybeDeveloper};
pub(crate) use limiter::{Limiter, PeerAddress};
pub(crate) use phone::{PhoneClaims, PhoneUser};
pub(crate) use team_user::{DeveloperUser, MaybeUser, TeamUser, not_found};
