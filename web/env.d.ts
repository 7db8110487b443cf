/** What a build of the pages can be given from outside. */
interface ImportMetaEnv {
  /** The address of the socket, for pages that are served from elsewhere: `wss://<api>.execute-api.<region>.amazonaws.com/<stage>`. */
  readonly VITE_FOLDCAST_URL?: string;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
}

/** Styles are bundled with the page that imports them. */
declare module '*.css';
