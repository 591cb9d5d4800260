/** What one protocol gives: Markdown for the page, and whether every bar held. */
export interface Verified {
  readonly title: string;
  readonly markdown: string;
  readonly ok: boolean;
}
