export { type Profile, profileVersion } from "./profile.js";
export { type ProfileFileOptions, profileFile, type RawFormat } from "./profile-file.js";
export { mergeProfiles } from "./profile-merge.js";
