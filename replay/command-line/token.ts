import { InvalidArgumentError, program } from 'commander';
import { SignJWT } from 'jose';
import { verifiedName } from '../../domain/user.ts';
import { inert, saidTo } from './show/inert.ts';
import { NoTokens, signingOf } from './signing.ts';

const minutes = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1440) return value;
  throw new InvalidArgumentError('It is a whole number from 1 to 1440.');
};

const user = (text: string): string => {
  const { data, error } = verifiedName.safeParse(text);
  if (data === undefined) throw new InvalidArgumentError(error?.issues[0]?.message ?? '');
  return data;
};

interface Flags {
  readonly user: string;
  readonly rooms: readonly string[];
  readonly minutes: number;
  readonly stack: string;
}

program
  .name('npm run token --')
  .description('Prints a token for a stack that runs on this machine and signs in with a secret.')
  .requiredOption('--user <name>', 'who it is of', user)
  .option('--rooms <patterns...>', 'the rooms that the user may enter, in quotes', ['*'])
  .option('--minutes <number>', 'how long it counts', minutes, 60)
  .option('--stack <name>', 'the stack that runs here', 'dev')
  .addHelpText('after', "\nExample:\n  npm run token -- --user ann --rooms 'chat/*' game/ABCD --minutes 5")
  .configureOutput({ writeErr: saidTo(process.stderr) })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async ({ user, rooms, stack, ...flags }: Flags) => {
    const { secret, issuer, audience, algorithm, roomsClaim } = await signingOf(process.cwd(), stack);
    const token = await new SignJWT({ [roomsClaim]: rooms })
      .setProtectedHeader({ alg: algorithm })
      .setSubject(user)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${flags.minutes}m`)
      .sign(new TextEncoder().encode(secret));
    console.log(token);
  });

try {
  await program.parseAsync();
} catch (cause) {
  console.error(inert(cause instanceof Error ? cause.message : String(cause)));
  process.exit(cause instanceof NoTokens ? 2 : 1);
}
