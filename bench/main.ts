import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { InvalidArgumentError, program } from 'commander';
import type { Column, Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { renderTable } from './table.ts';

interface Flags {
  readonly only?: readonly Scenario[];
  readonly quick?: boolean;
  readonly json: string;
}

const only = (text: string, before: readonly Scenario[] = []): readonly Scenario[] => {
  const found = scenarios.filter(({ name }) => name === text);
  if (found.length > 0) return [...before, ...found];
  throw new InvalidArgumentError(`The scenarios are ${scenarios.map(({ name }) => name).join(', ')}.`);
};

program
  .name('npm run bench --')
  .description('Measures the local runtime, in a process of its own, under the load of real clients.')
  .option('--only <scenario>', 'run this one alone; may be given several times', only)
  .option('--quick', 'a short run, with less steady figures')
  .option('--json <file>', 'where all figures are written as JSON', 'dist/bench.json')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run bench -- --only counter-50\n  npm run bench -- --quick --json before.json',
  );

interface Result {
  readonly scenario: Scenario;
  readonly columns: readonly Column[];
}

const machine = () => {
  const [processor] = cpus();
  return { node: process.version, processor: processor?.model ?? 'unknown', cores: cpus().length };
};

const report = (results: readonly Result[]): string =>
  [...Map.groupBy(results, ({ scenario }) => scenario.table)]
    .map(([table, rows]) =>
      renderTable(
        table,
        rows.flatMap(({ columns }) => columns),
      ),
    )
    .join('\n\n');

/** What runs when nothing is named. */
const usual = scenarios.filter(({ onlyByName }) => !onlyByName);

program.action(async ({ only: chosen = usual, quick = false, json }: Flags) => {
  const results: Result[] = [];
  for (const scenario of chosen) {
    const say = (line: string) => console.error(`${scenario.name}: ${line}`);
    try {
      results.push({ scenario, columns: await scenario.run({ quick, say }) });
    } catch (cause) {
      // What the others have measured, over minutes, is still told.
      console.error(cause);
      process.exitCode = 1;
    }
  }
  const { node, processor, cores } = machine();
  console.log(`\n${report(results)}\n\nNode ${node}, ${cores} × ${processor}${quick ? ', a quick run' : ''}`);
  await mkdir(dirname(json), { recursive: true });
  const rows = results.flatMap(({ scenario: { name, table }, columns }) =>
    columns.map((column) => ({ scenario: name, table, ...column })),
  );
  await writeFile(
    json,
    `${JSON.stringify({ at: new Date().toISOString(), quick, machine: machine(), rows }, null, 2)}\n`,
  );
});
await program.parseAsync();
