import type { LoggedEvent } from '../domain/event.ts';

/** `tic-tac-toe` is exported as `ticTacToe`. */
const variableOf = (kind: string): string => kind.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A test of a kind, line by line, that fails as long as these events make an expression true. To be saved in `test/domain/kinds/`. */
export const givenTest = (kind: string, events: readonly LoggedEvent[], expression: string): readonly string[] => {
  const variable = variableOf(kind);
  return [
    "import { it } from 'vitest';",
    `import { ${variable} } from '../../../domain/kinds/${kind}.ts';`,
    "import { given } from '../given.ts';",
    '',
    `it(${JSON.stringify(`has no state of which this is true: ${expression}`)}, () => {`,
    `  given(${variable})`,
    '    .events(',
    ...events.map(({ type, data, by }) => `      ${JSON.stringify({ type, data, by })},`),
    '    )',
    `    .never((state) => ${expression});`,
    '});',
  ];
};
