import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, inject, onTestFinished } from 'vitest';
import { Account } from './aws/account.ts';
import { serve } from './aws/provider.ts';
import { checkOut } from './checkout.ts';
import type { Operation, Outcome } from './operation.ts';

const pulumi = inject('pulumi');

/** Tests that need a `pulumi`. Where there is none they are skipped, and `cli.ts` says why. */
export const withPulumi = describe.skipIf('missing' in pulumi);

/** What somebody deploys as and to: `dev`, and an account of its own, unless this says otherwise. */
export interface DeploymentOptions {
  readonly stack?: string;
  readonly account?: Account;
  /** Has it end, after the test unless this says otherwise. */
  readonly atEnd?: (end: () => Promise<void>) => unknown;
}

/** A person who deploys this project with the real Pulumi, to an account that only looks like one of AWS. */
export const deployment = async (options: DeploymentOptions = {}) => {
  const { stack = 'dev', account = new Account(), atEnd = onTestFinished } = options;
  const checkout = await checkOut(atEnd);
  const own = await mkdtemp(join(tmpdir(), 'foldcast-pulumi-'));
  atEnd(() => rm(own, { recursive: true, force: true }));
  await mkdir(join(own, 'state'));
  const provider = await serve(account);
  atEnd(async () => provider.close());

  const env = {
    PATH: ['folder' in pulumi ? pulumi.folder : '', process.env.PATH].join(delimiter),
    PULUMI_HOME: join(own, 'home'),
    PULUMI_BACKEND_URL: `file://${join(own, 'state')}`,
    PULUMI_CONFIG_PASSPHRASE: 'a passphrase',
    PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
  };

  const carryOut = (verb: Operation['verb'], more: Partial<Operation> = {}): Promise<Outcome> =>
    new Promise((done, failed) => {
      const operation: Operation = { verb, stack, folder: checkout.folder, ...more };
      const child = fork(join(import.meta.dirname, 'operation.ts'), [JSON.stringify(operation)], {
        env: { ...process.env, ...env },
        execArgv: [],
      });
      child.once('message', (outcome: Outcome) => done(outcome));
      child.once('error', failed);
      child.once('exit', (code) => failed(new Error(`The operation ended without a word, with code ${code}.`)));
    });

  return { account, checkout, env, carryOut };
};
