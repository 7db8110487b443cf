/** Who may import whom: the folders of docs/architecture.md, checked. */
const only = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: [...to, 'node_modules', '^node:'], dependencyTypesNot: ['core'] },
});

/** A workspace package: through its name, and so through what its package.json exports. */
const byNameAlone = (folder) => ({
  name: `${folder}-by-name-alone`,
  comment: `Nobody imports the insides of ${folder}/: import the package by its name.`,
  severity: 'error',
  from: { pathNot: `^${folder}/` },
  to: { path: `^${folder}/`, dependencyTypesNot: ['aliased-workspace'] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    only('domain-is-pure', '^domain/', ['^domain/'], 'domain/ imports nothing of ours but itself.'),
    {
      name: 'domain-needs-only-zod',
      comment: 'domain/ imports nothing from outside but zod.',
      severity: 'error',
      from: { path: '^domain/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'core'], pathNot: 'node_modules/zod/' },
    },
    only('store-knows-domain', '^store/', ['^store/', '^domain/'], 'store/ imports domain/ alone.'),
    only(
      'functions-know-store',
      '^functions/',
      ['^functions/', '^store/', '^domain/'],
      'functions/ import store/ and domain/.',
    ),
    only(
      'infra-knows-routes',
      '^infra/',
      ['^infra/', '^domain/(routes|media-type)[.]ts$'],
      'infra/ names functions by path and imports the routes and what media types are alone.',
    ),
    only(
      'local-knows-aws',
      '^local/',
      ['^local/'],
      'local/ imports no code of ours: it runs what the program registers.',
    ),
    only('client-knows-domain', '^client/', ['^client/', '^domain/'], 'client/ imports domain/ alone.'),
    only(
      'replay-is-pure',
      '^replay/[^/]+$',
      ['^replay/[^/]+$', '^domain/'],
      'What replays a log knows neither tables nor files.',
    ),
    only(
      'histories-know-store',
      '^replay/history/',
      ['^replay/(history/|[^/]+$)', '^store/', '^domain/'],
      'replay/history/ reads logs from tables and files.',
    ),
    only(
      'the-command-line-knows-what-it-shows',
      '^replay/command-line/',
      ['^replay/', '^store/', '^domain/', '^local/', '^package[.]json$'],
      'replay/command-line/ imports the rest of replay/, store/ and domain/, asks local/ what runs here, and package.json for its version.',
    ),
    only(
      'web-knows-domain',
      '^web/',
      ['^web/', '^client/', '^domain/', '^replay/(history/|[^/]+$)'],
      'web/ may import client/, domain/, and what the command line reads histories with.',
    ),
    only(
      'bench-measures',
      '^bench/',
      ['^bench/', '^(local|client|replay|store|domain)/', '^test/system/until[.]ts$'],
      'bench/ imports neither functions/ nor infra/: it measures them as they run. It waits as the tests do.',
    ),
    byNameAlone('local'),
    byNameAlone('client'),
    {
      name: 'no-cycles',
      comment: 'Types may name each other; what runs may not need each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-from-tests',
      severity: 'error',
      from: { pathNot: '^(test|bench|local/test)/' },
      to: { path: '^(test|bench|local/test)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
