/** Reading JSON that may come from an enemy: each field is checked as it is taken. */

import { modelErrors } from "./errors.js";

/** The properties of a parsed JSON object; a key `__proto__` is a key like any other. */
export type Fields = ReadonlyMap<string, unknown>;

/** @throws MODEL_FILE_BROKEN */
export function refuseFile(reason: string, cause?: unknown): never {
  throw modelErrors.MODEL_FILE_BROKEN({ reason }, cause);
}

/** @throws MODEL_FILE_BROKEN where the value is no JSON object */
export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuseFile(`${what} is no JSON object`);
  }
  return new Map(Object.entries(value));
}

/** @throws MODEL_FILE_BROKEN where the field is no text */
export function textIn(fields: Fields, key: string): string {
  const value = fields.get(key);
  if (typeof value !== "string") refuseFile(`"${key}" is no text`);
  return value;
}

/** @throws MODEL_FILE_BROKEN where the field is no whole number from 0 up */
export function countIn(fields: Fields, key: string): number {
  const value = fields.get(key);
  if (!Number.isSafeInteger(value) || (value as number) < 0) refuseFile(`"${key}" is no count`);
  return value as number;
}

/** @throws MODEL_FILE_BROKEN where the field is no list */
export function listIn(fields: Fields, key: string): readonly unknown[] {
  const value = fields.get(key);
  if (!Array.isArray(value)) refuseFile(`"${key}" is no list`);
  return value;
}

/** @throws MODEL_FILE_BROKEN where the field is no list of texts */
export function textsIn(fields: Fields, key: string): readonly string[] {
  const value = listIn(fields, key);
  if (!value.every((item) => typeof item === "string"))
    refuseFile(`"${key}" holds more than texts`);
  return value as readonly string[];
}
