import { describe, expect, test } from "vitest";
import { dateForm, mostlyDates } from "./date-forms.js";
import { looksDamaged } from "./encoding.js";
import { binsOf, logBins, quantilesOf } from "./histogram.js";
import { personalKind, shown } from "./masking.js";
import { splitFields } from "./profile-head.js";
import { isNullLike, isPlaceholder } from "./specials.js";

describe("encoding damage", () => {
  test.each(["KrakÃ³w", "BeyoncÃ©", "donâ€™t", "ZaÅ¼Ã³Å‚Ä‡", "ÕÅÈý·ç", "na\uFFFDve"])(
    "%s is damaged",
    (text) => {
      expect(looksDamaged(text)).toBe(true);
    },
  );
  test.each([
    "Kraków",
    "Beyoncé",
    "don’t",
    "Zażółć",
    "周杰伦",
    "AC/DC",
    "Ñu",
    "Sigur Rós",
    "Éé",
    "Ÿ",
    "",
  ])("%s is sound", (text) => {
    expect(looksDamaged(text)).toBe(false);
  });
});

describe("personal data by shape", () => {
  const names = ["Ada Okafor", "Boris van Dam", "Chiara D’Angelo", "Łucja Żak", "Elif Şahin"];
  const streets = [
    "ul. Sowia 560",
    "pl. Floriana 55/22",
    "12 Baker Street",
    "Hauptstraße 9a",
    "rue Blanche 4",
  ];
  const mails = ["a@b.example", "x.y@mail.example", "q@r.co", "z@z.io", "me@me.me"];
  const phones = [
    "+48 601 202 303",
    "0049 30 123456",
    "+1 (202) 555-0144",
    "+33 612345678",
    "+44 20 7946 0000",
  ];
  test("names and streets only in tables of people", () => {
    expect(personalKind(names, true)).toBe("name");
    expect(personalKind(streets, true)).toBe("street");
    expect(personalKind(names, false)).toBeNull();
  });
  test("addresses and telephone numbers everywhere", () => {
    expect(personalKind(mails, false)).toBe("email");
    expect(personalKind(phones, false)).toBe("phone");
    expect(personalKind(["10.0.0.1", "10.0.0.2", "8.8.8.8", "1.1.1.1", "9.9.9.9"], false)).toBe(
      "address",
    );
  });
  test("ids, dates, words and numbers are none", () => {
    for (const texts of [
      ["trk1", "trk2", "trk3", "trk4", "trk5"],
      ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"],
      ["Lyon", "Nantes", "Lille", "Brest", "Paris"],
      ["160000101", "160000102", "160000103", "160000104", "160000105"],
    ]) {
      expect(personalKind(texts, true)).toBeNull();
    }
  });
  test("what is shown of it is a pattern", () => {
    expect(shown("Łucja Żak", "name")).toBe("Aaaaa Aaa");
    expect(shown("ul. Sowia 560", "street")).toBe("aa. Aaaaa 999");
    expect(shown("x.y@mail.example", null)).toBe("a.a@aaaa.aaaaaaa");
    expect(shown("trk1", null)).toBe("trk1");
    expect(shown("x".repeat(200), null)).toHaveLength(78);
  });
});

test("forms of dates", () => {
  expect(dateForm("2017")).toBe("year");
  expect(dateForm("2017-03")).toBe("year and month");
  expect(dateForm("2017-03-01T10:00:00.123")).toBe("date and time");
  expect(dateForm("2017-03-01 10:00:00+02:00")).toBe("date, time and zone");
  expect(dateForm("1488362400")).toBe("epoch time in seconds");
  expect(dateForm("abc")).toBeUndefined();
  expect(mostlyDates(["2017", "2018", "2019"])).toBe(false);
  expect(mostlyDates(["2017", "2018-01-02", "2019-03-04"])).toBe(true);
});

test("null-like words and placeholders", () => {
  expect(["", " ", "null", "NULL", "NaN", "N/A", "?", "unknown"].every(isNullLike)).toBe(true);
  expect(["0", "no", "Nantes"].some(isNullLike)).toBe(false);
  expect(["-1", "9999", "0000-00-00", "1970-01-01T00:00:00"].every(isPlaceholder)).toBe(true);
  expect(["1", "-2", "2017"].some(isPlaceholder)).toBe(false);
});

test("fields in quotes", () => {
  expect(splitFields('a|"b|c"|"d ""e"""|', "|", '"')).toEqual(["a", "b|c", 'd "e"', ""]);
  expect(splitFields('a|"b', "|", "")).toEqual(["a", '"b']);
});

test("quantiles lie within the width of a log bucket, bins hold every row", () => {
  const numbers: Record<string, number> = {};
  for (let value = 1; value <= 1000; value++) {
    const name = `p${Math.floor(Math.log2(value) * 16)}`;
    numbers[name] = (numbers[name] ?? 0) + 1;
  }
  const bins = logBins(numbers);
  for (const [at, exact] of [10, 250, 500, 750, 990].entries()) {
    expect(Math.abs(quantilesOf(bins)[at]! / exact - 1)).toBeLessThan(0.045);
  }
  const drawn = binsOf(bins);
  expect(drawn.reduce((sum, bin) => sum + bin.count, 0)).toBeCloseTo(1000, 0);
  expect(binsOf(logBins({ "0": 7 }))).toEqual([{ from: 0, to: 0, count: 7 }]);
});
