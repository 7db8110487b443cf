/** The chat, in React: `npx vite examples/chat`. Names, history, what was typed without a network, and nothing twice. */
import { connect } from 'foldcast-client';
import { chat } from 'foldcast-client/kinds';
import { useRoom } from 'foldcast-client/react';
import { createRoot } from 'react-dom/client';

const asked = new URLSearchParams(location.search);
const user = asked.get('user') ?? 'guest';
const room = connect(asked.get('url') ?? 'ws://localhost:3000/dev', { kinds: [chat], user }).join('chat/lobby');

const Chat = () => {
  const messages = useRoom(room, (state) => state?.messages) ?? [];
  const say = (form: FormData) =>
    void room.do.onMessage({ message: String(form.get('message')) }).catch((why: Error) => alert(why.message));
  return (
    <form action={say}>
      {messages.map(({ seq, by, text }) => (
        <p key={seq}>{`${by}: ${text}`}</p>
      ))}
      <input name="message" aria-label="Your message" />
    </form>
  );
};

createRoot(document.getElementById('chat') as HTMLElement).render(<Chat />);
