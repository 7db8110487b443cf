/** A text as it stands between two tags. */
export const escapeXml = (text: string): string => text.replace(/[<>&"'\r\n]/g, (char) => `&#${char.charCodeAt(0)};`);

/** An element that holds a text; undefined is none. */
export type Tag = readonly [name: string, text: string | number | boolean | undefined];

export const element = ([name, text]: Tag): string =>
  text === undefined ? '' : `<${name}>${escapeXml(String(text))}</${name}>`;

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text that stood between two tags: what `escapeXml` and the SDKs make of it, undone. */
const unescapeXml = (xml: string): string =>
  xml.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name = '') => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return named[name] ?? whole;
  });

/** What stands in every `<tag>` of a document whose tags of that name have neither attributes nor tags in them. */
export const textsOf = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, text = '']) => unescapeXml(text));
