import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it, onTestFinished } from 'vitest';
import { databaseAs } from './operator.ts';
import { startSystem } from './system.ts';
import { endsAt, room } from './whole.ts';

it('lets a function do what it was granted and nothing else', async () => {
  const system = await startSystem();
  onTestFinished(() => system.close());
  const { outputs } = system.runtime.graph;
  const append = databaseAs('append', system.runtime.port);
  onTestFinished(() => append.destroy());

  const head = { TableName: String(outputs.headsTable), Key: { room } };
  await expect(append.send(new GetCommand(head))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('dynamodb:GetItem'),
  });
  const elsewhere = { TableName: String(outputs.connectionsTable), Key: { pk: 'connection#x', sk: 'connection' } };
  const change = { UpdateExpression: 'ADD seq :one', ExpressionAttributeValues: { ':one': 1 } };
  await expect(append.send(new UpdateCommand({ ...elsewhere, ...change }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  const other = { ...head, Key: { room: 'counter/other' } };
  await expect(append.send(new UpdateCommand({ ...other, ...change }))).resolves.toBeDefined();

  const ann = await system.connect();
  ann.send({ action: 'plus' });
  await endsAt(system, [ann], 1);
});
