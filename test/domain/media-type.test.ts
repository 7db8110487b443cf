import { describe, expect, it } from 'vitest';
import { allowsType } from '../../domain/media-type.ts';

/** Of each, a browser runs what is in it. */
const running = [
  ...[
    'text/html',
    'application/xhtml+xml',
    'image/svg+xml',
    'image/svg',
    'image/svg-xml',
    'text/xml',
    'application/xml',
  ],
  ...['application/rss+xml', 'application/mathml+xml', 'text/xsl', 'text/javascript', 'application/ecmascript'],
  ...['application/x-javascript', 'text/x-component', 'multipart/x-mixed-replace', 'multipart/related'],
  ...['message/rfc822', 'application/x-mimearchive', 'image/x+xml', 'video/x-html', 'audio/x.svg'],
];

describe('a pattern', () => {
  it.each(running)('never admits %s, in which something can run', (type) => {
    const patterns = [
      '*/*',
      'image/*',
      'audio/*',
      'video/*',
      'font/*',
      'text/*',
      'application/*',
      'multipart/*',
      'message/*',
    ];
    expect(allowsType(patterns, type)).toBe(false);
    expect(allowsType([...patterns, type], type)).toBe(true);
  });

  it.each(['image/png', 'image/vnd.microsoft.icon', 'audio/mpeg', 'video/mp4', 'font/woff2'])('admits %s', (type) => {
    expect(allowsType(['image/*', 'audio/*', 'video/*', 'font/*'], type)).toBe(true);
    expect(allowsType(['text/plain'], type)).toBe(false);
  });

  it.each(['text/plain', 'application/pdf', 'application/x-msdownload', 'text/x-sh'])(
    'admits no %s: what is in text and application has to be named',
    (type) => {
      expect(allowsType(['text/*', 'application/*'], type)).toBe(false);
      expect(allowsType([type], type)).toBe(true);
    },
  );
});
