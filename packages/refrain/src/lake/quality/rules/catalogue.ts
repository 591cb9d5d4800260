import { constantColumn, fewValues, oneSidedBoolean } from "./constants.js";
import { mixedDates, mixedTypes, notNumeric, unreadableLines } from "./forms.js";
import {
  absentKey,
  columnInPart,
  missingColumn,
  missingTable,
  nullLike,
  nulls,
  strayColumn,
  unknownColumn,
} from "./missing.js";
import { botDays, rejectedRows } from "./outcomes.js";
import { placeholder } from "./placeholders.js";
import { farOut, outOfRange, partExceedsWhole, spike } from "./ranges.js";
import { danglingReference, unusedEntity } from "./references.js";
import { duplicateKey, duplicateRows, equalUntimed, sharedSession } from "./repeats.js";
import type { Rule } from "./rule.js";
import { caseVariants, nearSpelling, rareValue } from "./spelling.js";
import { blanksAround, encodingDamage, personalData } from "./texts.js";
import { impossibleTime, partOfPeriod, timeGap } from "./time.js";
import { nullByCategory, zeroTogether } from "./together.js";
import { unreadValues } from "./unread.js";
import { vocabularyGap } from "./vocabulary.js";

/** All rules; docs/reference/quality-rules.md says of each what it means and what to do. */
export const rules: readonly Rule[] = [
  rejectedRows,
  unreadableLines,
  unreadValues,
  nulls,
  nullLike,
  placeholder,
  strayColumn,
  absentKey,
  unknownColumn,
  missingColumn,
  missingTable,
  columnInPart,
  mixedTypes,
  notNumeric,
  mixedDates,
  outOfRange,
  farOut,
  spike,
  partExceedsWhole,
  constantColumn,
  oneSidedBoolean,
  fewValues,
  rareValue,
  nearSpelling,
  caseVariants,
  blanksAround,
  encodingDamage,
  personalData,
  duplicateKey,
  duplicateRows,
  equalUntimed,
  sharedSession,
  danglingReference,
  unusedEntity,
  vocabularyGap,
  nullByCategory,
  zeroTogether,
  partOfPeriod,
  timeGap,
  impossibleTime,
  botDays,
];
