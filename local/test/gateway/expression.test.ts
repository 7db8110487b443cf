import { describe, expect, it } from 'vitest';
import { routeSelection } from '../../gateway/expression.ts';

describe('a route selection expression', () => {
  it.each([
    ['$request.body.action', '{"action":"plus"}', 'plus'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the expression's own
    ['${request.body.action}', '{"action":"plus"}', 'plus'],
    ['$request.body.a.b', '{"a":{"b":"deep"}}', 'deep'],
    ['$request.body.action', '{"action":7}', '7'],
    ['$request.body.action', '{"action":true}', 'true'],
  ])('%s finds in %s the key %s', (expression, body, key) => {
    expect(routeSelection(expression)?.(body)).toBe(key);
  });

  it.each(['no json', '', 'null', '7', '"action"', '[]', '{}', '{"action":null}', '{"action":{"a":1}}'])(
    'finds no key in %s',
    (body) => {
      expect(routeSelection('$request.body.action')?.(body)).toBeUndefined();
    },
  );

  it('finds no key that is one of API Gateway itself', () => {
    expect(routeSelection('$request.body.action')?.('{"action":"$disconnect"}')).toBeUndefined();
  });

  it.each(['', 'action', '$request.header.x', '$request.body', '$request.body.', '${request.body.a'])(
    '%j is none',
    (expression) => {
      expect(routeSelection(expression)).toBeUndefined();
    },
  );
});
