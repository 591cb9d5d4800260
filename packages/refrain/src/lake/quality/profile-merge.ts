import type { Profile } from "./profile.js";

/**
 * The profile of both inputs together; order of the arguments matters only for examples.
 * @throws when the profiles are of different tables (a broken invariant)
 */
export function mergeProfiles(_a: Profile, _b: Profile): Profile {
  throw new Error("being built");
}
