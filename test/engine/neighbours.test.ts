import { expect, it } from 'vitest';
import { Account } from './aws/account.ts';
import { deployment, withPulumi } from './deployment.ts';
import { everything } from './everything.ts';

withPulumi('a stack in an account', () => {
  it('stands beside another of the same name in one account, and goes without it', async () => {
    const account = new Account();
    const ann = await deployment({ account });
    expect((await ann.carryOut('up')).error).toBeUndefined();
    const anns = account.resources;

    const ben = await deployment({ account });
    await ben.checkout.configure('protect', false);
    expect((await ben.carryOut('up')).error).toBeUndefined();
    expect(account.resources.length).toBeGreaterThan(2 * anns.length - 5);

    expect((await ben.carryOut('destroy')).error).toBeUndefined();
    expect(account.resources).toEqual(anns);
  });

  it('has room in all names for the longest that a stack may have, with all that there can be in it', async () => {
    const stack = 'a-stack-of-thirty-one-character';
    const { checkout, carryOut } = await deployment({ stack });
    await checkout.add(`Pulumi.${stack}.yaml`, everything);
    const { error, steps } = await carryOut('preview');
    expect(error).toBeUndefined();
    expect(steps).toContain('create Authorizer sign-in');
  });
});
