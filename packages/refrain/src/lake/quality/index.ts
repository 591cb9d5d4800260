export { type Profile, profileVersion, type RawFormat } from "./profile.js";
export { type ProfileFileOptions, profileFile } from "./profile-file.js";
export { mergeProfiles } from "./profile-merge.js";
