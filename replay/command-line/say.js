// Plain JavaScript, so that what can't be read is said in a sentence.
const { load } = await import('./load.ts');
await load('say');
