import { expect, it } from 'vitest';
import { deployment, withPulumi } from './deployment.ts';
import { everything } from './everything.ts';

withPulumi('a stack of which something fails', () => {
  /** Each waits for the one before, so that none is there when its turn to fail comes. */
  const failing = ['log-heads', 'fold-policy', 'fold-heads', 'stage-deployment', 'stage'];

  it('goes on where it failed, whatever it was that could not be made, and makes nothing twice', async () => {
    const { account, checkout, carryOut } = await deployment({ stack: 'prod' });
    await checkout.add('Pulumi.prod.yaml', everything);
    for (const what of failing) {
      account.failing = ({ name }) => name === what;
      expect((await carryOut('up')).error).toContain(`${what} can't be made now`);
    }
    account.failing = () => false;
    expect((await carryOut('up')).error).toBeUndefined();

    expect(account.deeds.filter((deed) => !deed.startsWith('create '))).toEqual([]);
    expect(new Set(account.deeds).size).toBe(account.deeds.length);
    const { error, steps } = await carryOut('preview', { expectNoChanges: true });
    expect(error).toBeUndefined();
    expect(steps).toEqual([]);
  });

  it('makes nothing where its pages are not built', async () => {
    const { account, checkout, carryOut } = await deployment({ stack: 'prod' });
    await checkout.add('Pulumi.prod.yaml', everything.replace(/^( *foldcast:pages:).*$/m, '$1 nowhere'));
    expect((await carryOut('up')).error).toContain('Build the pages first, with npm run build');
    expect(account.deeds).toEqual([]);
  });
});
