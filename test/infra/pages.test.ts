import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Graph, readGraph, resourcesOf } from 'pulumi-local';
import { beforeAll, describe, expect, it } from 'vitest';
import { domainFault } from '../../infra/domains.ts';
import { pageFiles, withSocket } from '../../infra/page-files.ts';
import { contentSecurityPolicy } from '../../infra/pages.ts';
import { projectOf, root } from '../system/project.ts';

const none = { domain: undefined, pages: undefined, pagesDomain: undefined, zone: undefined };
const zone = 'example.com';

it.each([
  ['pagesDomain', { pagesDomain: 'play.example.com', zone }, 'has to go with foldcast:pages'],
  ['domain', { domain: 'live.example.com' }, 'has to go with foldcast:zone'],
  ['pagesDomain', { pages: 'dist/web', pagesDomain: 'play.example.com' }, 'has to go with foldcast:zone'],
  ['zone', { zone }, 'has to go with a domain or a pagesDomain'],
  ['domain', { domain: 'live.example.org', zone }, 'has to be in the zone example.com'],
  ['domain', { domain: 'notexample.com', zone }, 'has to be in the zone example.com'],
  ['pagesDomain', { domain: 'a.example.com', pages: 'x', pagesDomain: 'a.example.com', zone }, 'has to be another one'],
])('says what is wrong with %s in %j', (key, given, message) => {
  expect(domainFault({ ...none, ...given })).toEqual({ key, message: expect.stringContaining(message) });
});

it.each([
  {},
  { pages: 'dist/web' },
  { domain: 'example.com', zone },
  { pages: 'x', pagesDomain: 'play.example.com', zone },
])('finds nothing wrong with %j', (given) => {
  expect(domainFault({ ...none, ...given })).toBeUndefined();
});

describe('the files of pages', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'built-pages-'));
    await mkdir(join(folder, 'assets'));
    for (const name of ['index.html', 'debug.html', 'assets/index-1a2b3c4d.js'])
      await writeFile(join(folder, name), '<!doctype html>\n<head>\n');
    return () => rm(folder, { recursive: true });
  });

  it('are served under the names that the local runtime serves them under, those that never change for a year', () => {
    const [script, page, index] = pageFiles(folder);
    expect(script).toMatchObject({
      key: 'assets/index-1a2b3c4d.js',
      cacheControl: expect.stringContaining('immutable'),
    });
    expect(page).toMatchObject({ key: 'debug', contentType: 'text/html; charset=utf-8', cacheControl: 'no-cache' });
    expect(index).toMatchObject({ key: 'index.html', cacheControl: 'no-cache' });
  });

  it('are asked for where there are none, and where nobody knows what one is', async () => {
    expect(() => pageFiles(join(folder, 'assets'))).toThrow('Build the pages first, with npm run build');
    expect(() => pageFiles(join(folder, 'nowhere'))).toThrow('Build the pages first, with npm run build');
    await writeFile(join(folder, 'notes.xyz'), '');
    expect(() => pageFiles(folder)).toThrow('Say in infra/page-files.ts what notes.xyz of the pages is');
    await rm(join(folder, 'notes.xyz'));
  });

  it('are told where the socket is', () => {
    expect(withSocket('<!doctype html>\n<head>\n  <title>', 'wss://live.example.com')).toBe(
      '<!doctype html>\n<head>\n    <meta name="foldcast-url" content="wss://live.example.com" />\n  <title>',
    );
  });

  describe('in a stack with domains', () => {
    let graph: Graph;
    beforeAll(async () => {
      const project = await projectOf(
        {
          'Pulumi.dev.yaml': `config:
  foldcast:zone: example.com
  foldcast:domain: live.example.com
  foldcast:pages: ${folder}
  foldcast:pagesDomain: play.example.com
  foldcast:uploadOrigins: ["https://play.example.org"]
`,
          'infra/index.ts': `export * from '${join(root, 'infra/index.ts')}';`,
        },
        () => {},
      );
      graph = await readGraph({ project, stack: 'dev', port: 3000 });
      return () => rm(project, { recursive: true });
    }, 120_000);
    const only = (type: string) => {
      const found = resourcesOf(graph, type);
      expect(found).toHaveLength(1);
      return found[0]?.inputs ?? {};
    };

    it('are in a bucket that nobody reads but one distribution', () => {
      const [policy] = resourcesOf(graph, 'aws:s3/bucketPolicy:BucketPolicy').filter(
        ({ name }) => name === 'pages-policy',
      );
      expect(JSON.parse(String(policy?.inputs.policy)).Statement).toEqual([
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::pages/*',
          Condition: { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::000000000000:distribution/pages' } },
        },
      ]);
      const closed = resourcesOf(graph, 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock');
      expect(closed.map(({ name }) => name)).toContain('pages-public');
      expect(only('aws:cloudfront/distribution:Distribution')).toMatchObject({ aliases: ['play.example.com'] });
    });

    it('have what they need and no more: their own scripts, the socket, and the bucket for uploads', () => {
      const { securityHeadersConfig } = only('aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy') as {
        securityHeadersConfig: { contentSecurityPolicy: { contentSecurityPolicy: string } };
      };
      const policy = contentSecurityPolicy('wss://live.example.com', 'https://uploads.s3.us-east-1.amazonaws.com');
      expect(securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy).toBe(policy);
      expect(policy).toContain("connect-src 'self' wss://live.example.com https://uploads.s3.us-east-1.amazonaws.com;");
      const objects = resourcesOf(graph, 'aws:s3/bucketObjectv2:BucketObjectv2');
      expect(objects.map(({ inputs }) => inputs.key)).toEqual(['assets/index-1a2b3c4d.js', 'debug', 'index.html']);
      expect(objects.at(-1)?.inputs.content).toContain('content="wss://live.example.com"');
    });

    it('may connect and upload, and so may those that are named', () => {
      const connect = resourcesOf(graph, 'aws:lambda/function:Function').find(({ name }) => name === 'connect');
      expect(connect?.inputs.environment).toMatchObject({ variables: { ORIGINS: '["https://play.example.com"]' } });
      expect(only('aws:s3/bucketCorsConfiguration:BucketCorsConfiguration')).toMatchObject({
        corsRules: [{ allowedOrigins: ['https://play.example.org', 'https://play.example.com'] }],
      });
    });

    it('and the socket have certificates and records, while functions post to the API’s own address', () => {
      expect(graph.outputs).toMatchObject({ url: 'wss://live.example.com', pagesUrl: 'https://play.example.com' });
      expect(graph.outputs.managementEndpoint).toBe('http://localhost:3000/dev');
      const certificates = resourcesOf(graph, 'aws:acm/certificate:Certificate').map(({ inputs }) => inputs.domainName);
      expect(certificates.toSorted()).toEqual(['live.example.com', 'play.example.com']);
      const records = resourcesOf(graph, 'aws:route53/record:Record').map(
        ({ inputs }) => `${inputs.type} ${inputs.name}`,
      );
      expect(records.toSorted()).toEqual([
        'A live.example.com',
        'A play.example.com',
        'AAAA play.example.com',
        'CNAME _live.example.com',
        'CNAME _play.example.com',
      ]);
      expect(only('aws:apigatewayv2/apiMapping:ApiMapping')).toMatchObject({ stage: 'dev' });
    });
  });
});
