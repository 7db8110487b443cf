import { expect, it } from 'vitest';
import { deployment, withPulumi } from './deployment.ts';

withPulumi('a stack of which something fails', () => {
  /** From what is made first to what is made last, one of each sort that others wait for. */
  const failing = ['log-heads', 'append-policy', 'fold-heads', 'stage-append-plus', 'stage-deployment'];

  it('goes on where it failed, whatever it was that could not be made, and makes nothing twice', async () => {
    const { account, carryOut } = await deployment();
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
});
