import type { Command } from 'commander';
import { registry } from '../../../domain/registry.ts';
import type { FoldedAfresh } from '../../../store/afresh.ts';
import { createLog } from '../../../store/log.ts';
import { scanRooms } from '../../../store/rooms.ts';
import { rulesOf } from '../../rules.ts';
import { openDatabase } from '../database.ts';
import { examples, type PlaceFlags, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { several } from '../show/count.ts';
import { inert } from '../show/inert.ts';

const sentence = ({ room, events, ms, by, fault }: FoldedAfresh): string => {
  if (by === 'stuck') return `${room}: these rules can make nothing of it. ${inert(fault?.message ?? '')}`;
  const how = by === 'upgrade' ? 'upgraded, and then ' : '';
  return `${room}: ${how}${several(events, 'event')} folded afresh in ${(ms / 1000).toFixed(1)} s`;
};

/** `afresh`: has rooms folded by new rules before these are deployed, so that nobody waits for it then. */
export const addAfresh = (program: Command, run: Run): void => {
  withPlaces(program.command('afresh'), 'local', 'data', 'stack')
    .description(
      'Folds rooms afresh whose recorded states are of other rules than those in this folder, and keeps that beside their logs: before a deployment, so that nobody waits for it then. Exits 1 if the rules can make nothing of a room',
    )
    .argument('[rooms...]', 'their names, <kind>/<id>; all rooms unless given')
    .addHelpText('after', examples('afresh --stack prod', 'afresh game/KFNF --stack prod'))
    .action(async (named: readonly string[], { json = false, ...place }: PlaceFlags) => {
      const { screen, folder } = run;
      const { client, tables, close } = await openDatabase(place, folder, screen.say);
      try {
        const folded: FoldedAfresh[] = [];
        const log = createLog(client, tables.log, { onAfresh: (each) => folded.push(each) });
        for (const room of named) rulesOf(registry, room);
        const all = async () => (await Array.fromAsync(scanRooms(client, tables.heads))).map(({ room }) => room);
        const rooms = named.length > 0 ? named : await all();
        for (const [place, room] of rooms.entries()) {
          screen.progress(room, place / rooms.length);
          const kind = registry.kindOf(room);
          if (!kind) continue;
          await log.latest(room, kind);
          for (const each of folded.splice(0)) {
            await screen.print(json ? JSON.stringify(each) : sentence(each));
            if (each.by === 'stuck') run.exitCode = 1;
          }
        }
        screen.say(`${several(rooms.length, 'room')} looked at.`);
      } finally {
        await close();
      }
    });
};
