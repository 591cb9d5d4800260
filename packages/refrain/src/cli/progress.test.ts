import { describe, expect, it } from "vitest";
import { capturedTerminal } from "./captured-terminal.fixture.js";
import { progressFace } from "./progress.js";

describe("progressFace", () => {
  it("prints lines at a modest rate where there is no terminal", () => {
    const terminal = capturedTerminal();
    const face = progressFace(terminal, false);
    for (let done = 0; done <= 10; done++) face.show({ doing: "reading a.csv", share: done / 10 });
    face.show({ doing: "writing", note: "3 files" });
    face.say("done");
    face.stop();
    expect(terminal.messages()).toBe("reading a.csv\ndone\n");
  });

  it("is silent with --quiet", () => {
    const terminal = capturedTerminal({ isTTY: true });
    const face = progressFace(terminal, true);
    face.show({ doing: "reading" });
    face.say("done");
    expect(terminal.messages()).toBe("");
  });

  it("draws a bar on a terminal, and none in a pipeline of CI", () => {
    const terminal = capturedTerminal({ isTTY: true });
    const face = progressFace(terminal, false);
    face.show({ doing: "reading", share: 0.5 });
    face.say("a message");
    face.stop();
    expect(terminal.messages()).toBe("a message\n");
    const inCi = { ...capturedTerminal({ isTTY: true }), env: { CI: "true" } };
    progressFace(inCi, false).show({ doing: "reading", share: 0.5 });
    expect(inCi.messages()).toBe("reading\n");
  });
});
