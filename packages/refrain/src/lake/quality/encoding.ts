/** Characters that Windows-1252 has where Latin-1 has control characters, by their byte. */
const windows1252 = new Map(
  [..."€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"].map(
    (character, at): [string, number] => [character, 0x80 + at],
  ),
);
const utf8 = new TextDecoder("utf-8", { fatal: true });
const gbk = new TextDecoder("gbk", { fatal: true });

/**
 * Whether a text went through a wrong encoding: it holds replacement characters, or it is UTF-8
 * or GBK that was read as Latin-1 or Windows-1252, which is proven by reading it back.
 */
export function looksDamaged(text: string): boolean {
  if (text.includes("\uFFFD")) return true;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what is meant.
  if (/^[\u0000-\u007F]*$/.test(text)) return false;
  const bytes = bytesOf(text);
  if (!bytes) return false;
  return isUtf8(bytes) || isGbk(bytes);
}

function bytesOf(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const byte = code < 256 ? code : windows1252.get(character);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    return /\p{L}|\p{P}|\p{S}/u.test(utf8.decode(bytes).replace(/[ -~]/g, ""));
  } catch {
    return false;
  }
}

/** Pairs of high bytes that are all common Chinese characters: no Western word looks like that. */
function isGbk(bytes: Uint8Array): boolean {
  const high = bytes.filter((byte) => byte >= 0x80);
  if (high.length < 4 || high.some((byte) => byte < 0xa1)) return false;
  if (
    (
      Buffer.from(bytes)
        .toString("latin1")
        .match(/[\x80-\xff]+/g) ?? []
    ).some((run) => run.length % 2 === 1)
  ) {
    return false;
  }
  try {
    const read = [...gbk.decode(bytes)].filter((character) => character > "\u007F");
    return read.every((character) => /\p{Script=Han}/u.test(character));
  } catch {
    return false;
  }
}
