/** Whether a text is what a pattern stands for, in a policy or in a rule of a bucket: `*` for any run of characters, `?` for any one. */
export const matcher = (pattern: string, flags = ''): ((text: string) => boolean) => {
  if (pattern === '*') return () => true;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, `s${flags}`);
  return (text) => expression.test(text);
};
