import './chat.css';
import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ownNamePattern, ownNameRule } from '../../domain/own-name.ts';
import { complain, foldcast, nameOf, ownName, say } from '../site/connection.ts';
import { Page, start } from '../site/page.tsx';

/** The room of the page's address: `#tea` is chat/tea. */
const id = /^#([\w-]{1,64})$/.exec(location.hash)?.[1] ?? 'lobby';
const name = `chat/${id}` as const;
const room = foldcast.join(name);
const text = signal('');
addEventListener('hashchange', () => location.reload());

const send = (event: SubmitEvent): void => {
  event.preventDefault();
  const message = text.value.trim();
  if (message === '') return;
  text.value = '';
  void room.do.onMessage({ message }).catch(complain('The message does not count.'));
};

const rename = (event: SubmitEvent): void => {
  event.preventDefault();
  const name = String(new FormData(event.currentTarget as HTMLFormElement).get('name')).trim();
  if (!ownNamePattern.test(name)) {
    say(ownNameRule);
    return;
  }
  ownName.value = name;
  // Who one is was said as the connection was made.
  location.reload();
};

const time = (at: number): string => new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

/** What is not answered yet is in the state already, at its end. */
const Messages = () => {
  const list = useRef<HTMLOListElement>(null);
  const messages = room.state?.messages ?? [];
  const sure = messages.length - room.pending.filter(({ type }) => type === 'onMessage').length;
  const newest = messages.at(-1)?.seq;
  useLayoutEffect(() => {
    if (newest !== undefined) list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }, [newest]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable with keys.
    <ol class="messages" ref={list} tabIndex={0} aria-label="What was said">
      {messages.length === 0 && <li class="empty">Nobody has said anything here yet.</li>}
      {messages.map(({ seq, by, at, text: said }, place) => (
        <li key={seq} data-mine={by === foldcast.user || undefined} data-pending={place >= sure || undefined}>
          <span class="who">
            {nameOf(by)} <time>{time(at)}</time>
          </span>
          <span class="said">{said}</span>
        </li>
      ))}
    </ol>
  );
};

const Chat = () => {
  const here = [...new Set(room.present.map(({ user }) => nameOf(user)))];
  return (
    <Page here="chat" room={name} shown={room}>
      <div class="chat">
        <h1>
          The chat <span class="quiet-text">#{id}</span>
        </h1>
        <p class="quiet-text" id="present">
          {here.length === 0 ? 'Nobody is here.' : `Here: ${here.join(', ')}`}
        </p>
        <Messages />
        <form class="say" onSubmit={send}>
          <label>
            <span class="sr-only">Your message</span>
            <input
              name="message"
              autocomplete="off"
              maxLength={2000}
              placeholder={
                room.status.is === 'live'
                  ? `Say something, ${ownName.value}`
                  : 'Say something: it is sent when the network is back'
              }
              value={text.value}
              onInput={(event) => {
                text.value = event.currentTarget.value;
              }}
            />
          </label>
          <button type="submit">Send</button>
        </form>
        <form class="name" onSubmit={rename}>
          <label>
            You are <input name="name" maxLength={64} defaultValue={ownName.value} />
          </label>
          <button type="submit" class="quiet">
            Change
          </button>
        </form>
      </div>
    </Page>
  );
};

start(() => <Chat />);
