/** Encoding to GBK, which Node can decode but not encode: the decoder's table, turned round. */

let codes: Map<string, number> | undefined;

function gbkCodes(): Map<string, number> {
  if (codes) return codes;
  const decoder = new TextDecoder("gbk");
  codes = new Map();
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue;
      const text = decoder.decode(Uint8Array.of(lead, trail));
      if (text.length === 1 && text !== "\ufffd" && !codes.has(text)) {
        codes.set(text, (lead << 8) | trail);
      }
    }
  }
  return codes;
}

/** The text in GBK; characters that it lacks become `?`. */
export function encodeGbk(text: string): Buffer {
  const table = gbkCodes();
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)! < 0x80 ? undefined : table.get(character);
    if (code !== undefined) bytes.push(code >> 8, code & 0xff);
    else bytes.push(character.codePointAt(0)! < 0x80 ? character.charCodeAt(0) : 0x3f);
  }
  return Buffer.from(bytes);
}
