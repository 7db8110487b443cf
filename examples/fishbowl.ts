/** Famous Fishbowl, in a terminal: `npx node examples/fishbowl.ts KFNF "Ada Lovelace"` puts names into the bowl, and shows the game as it goes. */
import { connect } from 'foldcast-client';
import { game } from 'foldcast-client/kinds';

const [gameId = 'KFNF', name = 'Ada Lovelace', url = 'ws://localhost:3000/dev'] = process.argv.slice(2);
const room = connect(url, { kinds: [game] }).join(`game/${gameId}`);
room.subscribe(() => console.log(room.version, JSON.stringify(room.state?.document)));

const fresh = { gameState: 'startPending', names: [], round: 1, curTeam: 0, teamScores: [0, 0], lastUpdateTime: 0 };
// Somebody may have created it before.
await room.do.updateGame({ gameAction: 'createGame', gameId, game: fresh }).catch(() => {});
await room.do.updateGame({ gameAction: 'addNames', gameId, names: [name] });
