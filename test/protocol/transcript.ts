/** One step of a transcript: somebody connects, sends a message, is sent one, or goes. */
export type Step =
  | { readonly who: string; readonly opens: 'plain' | 'foldcast.v1' }
  | { readonly who: string; readonly closes: true }
  | { readonly who: string; readonly sends: string }
  | { readonly who: string; readonly gets: string }
  /** From here on this may come, at any time and more than once. */
  | { readonly who: string; readonly mayGet: string };

export interface Transcript {
  /** Where it begins in the document. */
  readonly line: number;
  readonly steps: readonly Step[];
}

const stepOf = (line: string): Step => {
  const [, who = '', what = '', rest = ''] = /^(\w+)(>|<\?|<| opens| closes) ?(.*)$/.exec(line) ?? [];
  if (what === '>') return { who, sends: rest };
  if (what === '<?') return { who, mayGet: rest };
  if (what === '<') return { who, gets: rest };
  if (what === ' closes') return { who, closes: true };
  if (rest === 'plain' || rest === 'foldcast.v1') return { who, opens: rest };
  throw new Error(`"${line}" is no step of a transcript.`);
};

/** The blocks of a document that are marked `transcript`. */
export const transcriptsOf = (markdown: string): readonly Transcript[] =>
  [...markdown.matchAll(/^```transcript\n(.*?)\n```$/gms)].map((block) => ({
    line: markdown.slice(0, block.index).split('\n').length,
    steps: (block[1] ?? '').split('\n').map(stepOf),
  }));

/** What the names in a transcript stand for, as far as it is known. */
export type Names = Map<string, string>;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const placeholder = /(<\w+>)/;

/** A line with the values that its names stand for. */
export const fill = (line: string, names: Names): string =>
  line
    .split(placeholder)
    .map((part) => (placeholder.test(part) ? (names.get(part) ?? part) : part))
    .join('');

/** The rooms that are named in a transcript. */
export const roomsOf = ({ steps }: Transcript): readonly string[] => {
  const messages = steps.map((step) => ('sends' in step ? step.sends : 'gets' in step ? step.gets : ''));
  return messages.flatMap((message) => [...message.matchAll(/"room":"([^<"]+)"/g)].map(([, room = '']) => room));
};

/** Whether a message is the one of a line; then the names in the line that were new stand for what is in their places. */
export const matches = (line: string, message: string, names: Names): boolean => {
  const parts = fill(line, names).split(placeholder);
  const unknown = parts.filter((part) => placeholder.test(part));
  const pattern = parts.map((part) => (placeholder.test(part) ? '(.+)' : escaped(part))).join('');
  const found = new RegExp(`^${pattern}$`, 's').exec(message);
  for (const [index, name] of unknown.entries()) if (found) names.set(name, found[index + 1] ?? '');
  return found !== null;
};
