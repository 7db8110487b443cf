import { button, element } from './elements.ts';

/** Whether a file is compressed by gzip: by what it begins with, for its name says little. */
export const isGzip = async (file: Blob): Promise<boolean> => {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x1f && second === 0x8b;
};

/** Lets a person give the page a file: by a button, or by dropping it anywhere. */
export const listenForFiles = (onFile: (file: File) => void): void => {
  const input = element('file', HTMLInputElement);
  const curtain = element('drop');
  const take = (files: FileList | null | undefined): void => {
    const file = files?.[0];
    if (file) onFile(file);
  };
  button('open-file').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    take(input.files);
    // The same file may be chosen again, changed.
    input.value = '';
  });

  addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    curtain.hidden = false;
  });
  addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) curtain.hidden = true;
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    curtain.hidden = true;
    take(event.dataTransfer?.files);
  });
};

/** Saves what was made in the page as a file. */
export const save = (made: Blob, name: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(made);
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
