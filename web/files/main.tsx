import './files.css';
import { signal } from '@preact/signals';
import { upload } from 'foldcast-client/upload';
import { complain, foldcast } from '../site/connection.ts';
import { Page, start } from '../site/page.tsx';

const name = 'files/uploads';
const room = foldcast.join(name);

/** Files that are on their way: the share that has gone. */
const going = signal<ReadonlyMap<File, number>>(new Map());
const over = signal(false);

const put = async (file: File): Promise<void> => {
  const progress = (share: number) => {
    going.value = new Map(going.value).set(file, share);
  };
  progress(0);
  try {
    await upload(foldcast, file, { onProgress: progress });
  } catch (cause) {
    complain(`${file.name} was not uploaded.`)(cause);
  }
  const rest = new Map(going.value);
  rest.delete(file);
  going.value = rest;
};

const putAll = (files: FileList | null | undefined): void => {
  for (const file of files ?? []) void put(file);
};

const bytes = (size: number | undefined): string => {
  if (size === undefined) return '';
  return size < 1024
    ? `${size} B`
    : size < 1024 ** 2
      ? `${Math.round(size / 1024)} KB`
      : `${(size / 1024 ** 2).toFixed(1)} MB`;
};

/** The last part of a key: what the file was called. */
const shortName = (key: string): string => key.split('/').at(-1) ?? key;

const Files = () => {
  const objects = [...(room.state?.objects ?? [])].reverse();
  return (
    <Page here="files" room={name} shown={room}>
      <section class="panel">
        <h1>Files</h1>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: files are dropped here; the button in it is for who can't. */}
        <div
          class="drop"
          data-over={over.value || undefined}
          onDragOver={(event) => {
            event.preventDefault();
            over.value = true;
          }}
          onDragLeave={() => {
            over.value = false;
          }}
          onDrop={(event) => {
            event.preventDefault();
            over.value = false;
            putAll(event.dataTransfer?.files);
          }}
        >
          <p>Drop files here, and everybody hears of them.</p>
          <label class="choose">
            <input type="file" multiple class="sr-only" onChange={(event) => putAll(event.currentTarget.files)} />
            <span>Choose files</span>
          </label>
        </div>
        {going.value.size > 0 && (
          <ul class="going" aria-label="On their way">
            {Array.from(going.value, ([file, share]) => (
              <li key={file.name}>
                {file.name} <progress value={share} aria-label={file.name} />
              </li>
            ))}
          </ul>
        )}
        <ul class="objects" aria-label="In the bucket">
          {objects.length === 0 && <li class="empty">There are no files yet.</li>}
          {objects.map(({ key, size, at }) => (
            <li key={key}>
              <strong>{shortName(key)}</strong> <span class="quiet-text">{bytes(size)}</span>{' '}
              <time class="quiet-text">{new Date(at).toLocaleTimeString()}</time>
            </li>
          ))}
        </ul>
      </section>
    </Page>
  );
};

start(() => <Files />);
