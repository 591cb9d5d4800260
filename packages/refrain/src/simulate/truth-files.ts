/**
 * Layout of `truth/`. `users.csv` names the listeners in order (`user_id,first_day,purchase_day`,
 * days counted from the first, -1 = none); the `.f32` files hold little-endian 32-bit floats, one
 * run a listener in the same order: users × days, or users × months. `dirt.csv`
 * (`file,line,kind,user_id`; a whole file has no line) is there where dirt was asked for, and
 * `abuse.csv` (`user_id,kind,strength,since,until,group,plays,inflated`) where abuse was.
 * `truth.json` is written last.
 */
export const truthFiles = {
  summary: "truth/truth.json",
  users: "truth/users.csv",
  active: "truth/active.f32",
  silent: "truth/silent14.f32",
  buys: "truth/will_buy.f32",
  dirt: "truth/dirt.csv",
  abuse: "truth/abuse.csv",
} as const;

/** Format of the truth folder that this program writes and reads. */
export const truthFormat = 1;
