/** Your file is ready: `npx node examples/files.ts notes.txt` puts a file into the bucket, and says what comes and goes there. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { connect } from 'foldcast-client';
import { files } from 'foldcast-client/kinds';
import { upload } from 'foldcast-client/upload';

const [path, url = 'ws://localhost:3000/dev'] = process.argv.slice(2);
const foldcast = connect(url, { kinds: [files] });
const events = foldcast.join('files/uploads').events[Symbol.asyncIterator]();

if (path !== undefined)
  await upload(foldcast, new File([await readFile(path)], basename(path), { type: 'text/plain' }));
for (let next = await events.next(); !next.done; next = await events.next())
  console.log(next.value.type, (next.value.data as { bucketKey: string }).bucketKey);
