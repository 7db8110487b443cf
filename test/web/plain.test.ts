import { describe, expect, it } from 'vitest';
import { readPlain } from '../../web/plain.ts';

describe('a message of the plain wire', () => {
  it('is a state, with its version where there is one', () => {
    expect(readPlain('{"type":"state","value":-3}')).toEqual({ type: 'state', value: -3, version: undefined });
    expect(readPlain('{"type":"state","value":2,"version":7,"more":1}')).toEqual({
      type: 'state',
      value: 2,
      version: 7,
    });
  });

  it('is an error of ours', () => {
    expect(readPlain('{"type":"error","code":"invalid","message":"No such action."}')).toEqual({
      type: 'error',
      message: 'No such action.',
    });
  });

  it("is an error of API Gateway's own, which has no type but both ids", () => {
    expect(readPlain('{"message":"Internal server error","connectionId":"a=","requestId":"b="}')).toEqual({
      type: 'error',
      message: 'Internal server error',
    });
  });

  it.each([
    'Hi from websocket!',
    '7',
    'null',
    '[]',
    '{"bucketName":"b","bucketKey":"k","message":"k was created."}',
    '{"type":"state","value":"7"}',
    '{"type":"state","value":1.5}',
    '{"type":"events","events":[]}',
  ])('is nothing when it is for other rooms or has no number: %s', (text) => {
    expect(readPlain(text)).toBeUndefined();
  });
});
